call-problem-readings-are-passed-on = 学习资料无须报送，布置给人员即可
call-problem-handed-in = 已经报送，如需修改请先撤回报送
call-problem-withdrawn = 信访办已撤回这项要求，无须报送
call-problem-not-to-be-taken-back = 只有已报送、尚未认可的内容可以撤回

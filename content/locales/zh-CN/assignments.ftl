task-state-open = 待完成
task-state-overdue = 逾期
task-state-done = 已完成
task-state-released = 无须完成
task-state-withdrawn = 已撤回
tasks-overdue = 逾期 { $n } 天
tasks-due = 限期

call-problem-readings-are-passed-on = Readings are not submitted: assign them to your people
call-problem-handed-in = It has been submitted. Take it back first to change it
call-problem-withdrawn = HQ has withdrawn this request: nothing needs to be submitted
call-problem-not-to-be-taken-back = Only what was submitted and is not yet accepted can be taken back

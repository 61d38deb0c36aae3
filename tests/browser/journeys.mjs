// The journeys of issue 9: what a whole training is made of, each walked from its beginning to its end in each language.
import { anExchangeMeetingRecordedAndPrinted } from './exchange.mjs';
import { meetingOverToFinalReport } from './final.mjs';
import { firstRunToFirstSession } from './first-run.mjs';
import { anInspectorChecksAPaperReport } from './inspection.mjs';
import { leaveAskedAndDecided } from './leave.mjs';
import { absentMadeUpReleased } from './make-up.mjs';
import { aLeaderFindsWhoIsMissing, aMeetingFromPlanToPaper, reconcileAndConfirm } from './meeting.mjs';
import { aRosterIsMended } from './roster.mjs';
import { scanToCheckedIn } from './scan.mjs';
import { aUnitAnswersAWholeCall, hqFollowsUpInFourClicks } from './study.mjs';

export const LANGUAGES = ['zh-CN', 'en-GB'];

export const JOURNEYS = [
  ['first run of an empty system to the first session', firstRunToFirstSession],
  ['scan to checked-in, signed in and signed out', scanToCheckedIn],
  ['leave asked, refused, asked again, granted', leaveAskedAndDecided],
  ['absent, made up, released', absentMadeUpReleased],
  ['HQ plans, publishes, projects, closes, follows up, prints', aMeetingFromPlanToPaper],
  ['HQ reconciles and confirms', reconcileAndConfirm],
  ['HQ follows up on a confirmed session in at most four clicks', hqFollowsUpInFourClicks],
  ['a leader finds who is missing and assigns in at most four clicks', aLeaderFindsWhoIsMissing],
  ['an exchange meeting is recorded and printed', anExchangeMeetingRecordedAndPrinted],
  ['a unit answers a whole call in at most 25 acts, and all is accepted at once', aUnitAnswersAWholeCall],
  ['an inspector checks a paper report', anInspectorChecksAPaperReport],
  ['a roster is brought in with mistakes, mended, written', aRosterIsMended],
  ['from “meeting over” to the final report in at most 25 acts', meetingOverToFinalReport],
];

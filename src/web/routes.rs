//! Every route with its permission, in one table.

use super::admission::Permission;
use super::{
    accounts, archives, attendance, audit, feedback, finals, help, home, hours, inspection, jobs, mail, organization,
    papers, period, reach, readings, reminders, reports, settings, sheets, statics, study, training,
};
use actix_web::http::Method;

/// One line of the table of routes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub method: Method,
    pub path: &'static str,
    pub permission: Permission,
}

/// Declares the table and, from the same lines, what actix serves: a route cannot be without a permission.
macro_rules! routes {
    ($($path:literal { $($method:ident $permission:ident => $handler:path),+ $(,)? })+) => {
        /// Every route there is.
        pub const ROUTES: &[Route] = &[
            $($(Route { method: routes!(@method $method), path: $path, permission: Permission::$permission },)+)+
        ];

        /// Tells actix of every route.
        pub fn configure(config: &mut actix_web::web::ServiceConfig) {
            $(config.service(actix_web::web::resource($path)$(.route(actix_web::web::$method().to($handler)))+);)+
        }
    };
    (@method get) => { Method::GET };
    (@method post) => { Method::POST };
}

// In order: a fixed path stands before one with a variable in its place; and what a whole hall asks for at once stands
// first, since each request is held against one path after the other.
routes! {
    // Check-in by code
    "/c" { get SignedIn => attendance::enter_code::form, post SignedIn => attendance::enter_code::judge }
    "/c/{code}" { get Anyone => attendance::check_in::code, post SignedInByWrite => attendance::check_in::check_in }
    "/c/{code}/guest" { post SignedIn => attendance::check_in::ask_as_guest }
    "/sessions/{id}/checked-in" { get SignedIn => attendance::check_in::checked_in }

    // The program itself
    "/healthz" { get Anyone => statics::healthz }
    "/readyz" { get Anyone => statics::readyz }
    "/static/{name}" { get Anyone => statics::file }

    // Accounts
    "/login" { get Anyone => accounts::sign_in::form, post Anyone => accounts::sign_in::sign_in }
    "/login/demo" { post Demo => accounts::sign_in::as_role }
    "/login/code" { get Anyone => accounts::factor::ask, post Anyone => accounts::factor::sign_in }
    "/login/forgotten" { get Anyone => accounts::forgotten::form, post Anyone => accounts::forgotten::ask }
    "/logout" { post SignedIn => accounts::sign_in::sign_out }
    "/demo" { get Demo => accounts::notice::demo }
    "/demo/screen" { get Demo => attendance::screen::demo }
    "/help" { get Anyone => help::list }
    "/help/{role}" { get Anyone => help::show }
    "/welcome" { get Anyone => accounts::notice::show, post SignedIn => accounts::notice::read }
    "/me" { get SignedIn => accounts::me::show }
    "/me/profile" { post SignedIn => accounts::me::change_profile }
    "/me/password" { post SignedIn => accounts::me::change_password }
    "/me/factor" { get SignedIn => accounts::factor::show }
    "/me/factor/begin" { post SignedIn => accounts::factor::begin }
    "/me/factor/confirm" { post SignedIn => accounts::factor::confirm }
    "/me/factor/codes" { post SignedIn => accounts::factor::new_codes }
    "/me/factor/off" { post SignedIn => accounts::factor::switch_off }
    "/me/logins/{id}/end" { post SignedIn => accounts::me::end_login }
    "/invitation/{id}/{token}" { get Anyone => accounts::invitation::show, post Anyone => accounts::invitation::accept }
    "/accounts" { get Accounts => accounts::list::list }
    "/accounts/invite" { post Accounts => accounts::list::invite_ticked }
    "/accounts/slips/{id}" { get Accounts => accounts::list::slips }
    "/people/{id}/account" { get Accounts => accounts::account::show }
    "/people/{id}/account/invite" { post Accounts => accounts::account::invite }
    "/people/{id}/account/disable" { post Accounts => accounts::account::disable }
    "/people/{id}/account/enable" { post Accounts => accounts::account::enable }
    "/people/{id}/account/grant" { post Accounts => accounts::account::grant }
    "/people/{id}/account/factor" { post Accounts => accounts::account::reset_factor }
    "/people/{id}/account/revoke" { post Accounts => accounts::account::revoke }

    // Home
    "/" { get SignedIn => home::show }

    // Organisation
    "/units" { get Units => organization::units::list }
    "/units/new" { get Hq => organization::units::new_form, post Hq => organization::units::add }
    "/units/{id}/edit" { get Hq => organization::units::edit_form, post Hq => organization::units::change }
    "/people" { get Accounts => organization::people::list }
    "/people/new" { get Hq => organization::people::new_form, post Hq => organization::people::add }
    "/people/{id}" { get SignedIn => organization::people::show }
    "/people/{id}/edit" { get Hq => organization::people::edit_form, post Hq => organization::people::change }
    "/import" { get Hq => organization::import::form, post Hq => organization::import::receive }
    "/import/template.xlsx" { get Hq => organization::import::template }
    "/import/{id}" { get Hq => organization::import::preview }
    "/import/{id}/apply" { post Hq => organization::import::apply }
    "/import/{id}/undo" { get Hq => organization::undo::ask, post Hq => organization::undo::undo }

    // Readings
    "/readings" { get SignedIn => readings::list::list }
    "/readings/new" { get Hq => readings::edit::new_form, post Hq => readings::edit::add }
    "/readings/approve" { get Hq => readings::approve::ask, post Hq => readings::approve::all }
    "/readings/{id}" { get SignedIn => readings::show::show }
    "/readings/{id}/edit" { get Hq => readings::edit::edit_form, post Hq => readings::edit::change }
    "/readings/{id}/file/{file}" { get SignedIn => readings::file::download }
    "/readings/{id}/read" { post SignedIn => readings::show::mark_read }
    "/readings/{id}/unread" { post SignedIn => readings::show::mark_unread }
    "/readings/{id}/approve" { post Hq => readings::show::approve }
    "/readings/{id}/use" { post Hq => readings::show::change_use }
    "/readings/{id}/review" { post Hq => readings::show::review }
    "/readings/{id}/questions" { get Hq => readings::questions::list, post Hq => readings::questions::approve }
    "/readings/{id}/questions/new" { get Hq => readings::question::new_form, post Hq => readings::question::add }
    "/readings/{id}/questions/use" { post Hq => readings::questions::change_use }
    "/readings/{id}/questions/{question}" {
        get Hq => readings::question::edit_form,
        post Hq => readings::question::change,
    }
    "/readings/{id}/self-test" {
        get SignedIn => readings::self_test::form,
        post SignedIn => readings::self_test::hand_in,
    }
    "/readings/{id}/self-test/result" { get SignedIn => readings::self_test::result }
    "/statutes" { get Hq => readings::statutes::list }
    "/statutes/new" { get Hq => readings::statutes::new_form, post Hq => readings::statutes::add }
    "/statutes/{id}/edit" { get Hq => readings::statutes::edit_form, post Hq => readings::statutes::change }

    // Training
    "/today" { get Hq => training::today::show }
    "/sessions" { get SignedIn => training::list::list }
    "/sessions/new" { get Hq => training::form::new, post Hq => training::form::create }
    "/sessions/{id}/edit" { get Hq => training::form::edit, post Hq => training::form::change }
    "/sessions/{id}/check" { get Hq => training::check::check }
    "/sessions/{id}/publish" { post Hq => training::check::publish }
    "/sessions/{id}/cancel" { get Hq => training::changes::cancel_form, post Hq => training::changes::cancel }
    "/sessions/{id}/move" { get Hq => training::changes::move_form, post Hq => training::changes::move_session }
    "/sessions/{id}/reply-by" { get Hq => training::reply_by::form, post Hq => training::reply_by::set }
    "/sessions/{id}/places" { get Hq => training::places::show, post Hq => training::places::assign }
    "/sessions/{id}/clerks" { post Hq => training::places::name_clerk }
    "/sessions/{id}/clerks/remove" { post Hq => training::places::remove_clerk }
    "/sessions/{id}/ways" { post Hq => training::places::choose_ways }
    "/sessions/{id}/notice" { get SignedIn => training::notice::show }

    // Attendance
    "/reach" { get Anyone => reach::show }
    "/sessions/{id}/guests" { get SignedIn => attendance::guests::list, post SignedIn => attendance::guests::add }
    "/sessions/{id}/guests/{guest}/decide" { post SignedIn => attendance::guests::decide }
    "/sessions/{id}/guests/{guest}/merge" { post SignedIn => attendance::guests::merge }
    "/sessions/{id}/screen" { get SignedIn => attendance::screen::show }
    "/sessions/{id}/undo-check-in" { post SignedIn => attendance::check_in::undo }
    "/sessions/{id}/roll" { get SignedIn => attendance::roll::form, post SignedIn => attendance::roll::save }
    "/sessions/{id}/people/{person}" {
        get SignedIn => attendance::person::show,
        post SignedIn => attendance::person::save,
    }
    "/sessions/{id}/people/{person}/ask" { post Leader => attendance::person::ask }
    "/sessions/{id}/leave" { get SignedIn => attendance::ask::leave_form, post SignedIn => attendance::ask::leave }
    "/sessions/{id}/correction" {
        get SignedIn => attendance::ask::correction_form,
        post SignedIn => attendance::ask::correction,
    }
    "/sessions/{id}/several" { get SignedIn => attendance::several::form, post SignedIn => attendance::several::save }
    "/sessions/{id}/reply" { get Units => attendance::reply::form, post Units => attendance::reply::answer }
    "/requests" { get SignedIn => attendance::requests::list, post Leader => attendance::requests::decide }
    "/requests/{id}/refuse" {
        get Leader => attendance::requests::refuse_form,
        post Leader => attendance::requests::refuse,
    }
    "/requests/{id}/withdraw" { post SignedIn => attendance::requests::withdraw }
    "/sessions/{id}/close" { get Hq => attendance::steps::ask_close, post Hq => attendance::steps::close }
    "/sessions/{id}/confirm" { get Hq => attendance::steps::ask_confirm, post Hq => attendance::steps::confirm }
    "/sessions/{id}/reopen" { get Hq => attendance::steps::ask_reopen, post Hq => attendance::steps::reopen }
    "/sessions/{id}/scans" { get SignedIn => attendance::scans::list, post SignedIn => attendance::scans::add }
    "/sessions/{id}/scans/{scan}" { get SignedIn => attendance::scans::download }
    "/sessions/{id}/scans/{scan}/remove" {
        get SignedIn => attendance::scans::ask_remove,
        post SignedIn => attendance::scans::remove,
    }
    "/sessions/{id}/verify" { get SignedIn => attendance::verify::list, post SignedIn => attendance::verify::decide }
    "/sessions/{id}/live" { get SignedIn => attendance::session::live }
    "/sessions/{id}" { get SignedIn => attendance::session::show }

    // Kiosks
    "/sessions/{id}/kiosks" { get SignedIn => attendance::kiosk::opening::list, post SignedIn => attendance::kiosk::opening::open }
    "/sessions/{id}/kiosks/{kiosk}/end" { post SignedIn => attendance::kiosk::opening::end }
    "/sessions/{id}/my-code" { get SignedIn => attendance::kiosk::opening::my_code }
    "/kiosk/worker.js" { get Anyone => attendance::kiosk::offline::worker }
    "/kiosk/manifest.webmanifest" { get Anyone => attendance::kiosk::offline::manifest }
    "/kiosk/open/{id}/{token}" {
        get Anyone => attendance::kiosk::opening::ask_start,
        post Anyone => attendance::kiosk::opening::start,
    }
    "/kiosk" { get Kiosk => attendance::kiosk::pages::start }
    "/kiosk/check-in" { post Kiosk => attendance::kiosk::pages::check_in }
    "/kiosk/done/{id}" { get Kiosk => attendance::kiosk::pages::done }
    "/kiosk/undo" { post Kiosk => attendance::kiosk::pages::undo }
    "/kiosk/roster" { get Kiosk => attendance::kiosk::offline::roster }
    "/kiosk/sync" { post Kiosk => attendance::kiosk::offline::sync }
    "/kiosk/door" { post Kiosk => attendance::kiosk::door::open }
    "/kiosk/door/{id}" { get Kiosk => attendance::kiosk::door::show }
    "/door/{id}/{token}" { get Anyone => attendance::kiosk::door::ask, post Anyone => attendance::kiosk::door::enter }

    // Study
    "/tasks" { get SignedIn => study::tasks::list }
    "/tasks/new" { get Leader => study::assign::form, post Leader => study::assign::send }
    "/record" { get SignedIn => study::record::show }
    "/record.csv" { get SignedIn => study::record::file }
    "/record.xlsx" { get SignedIn => study::record::file }
    "/people/{id}/record" { get SignedIn => study::record::show_of }
    "/people/{id}/record.csv" { get SignedIn => study::record::file_of }
    "/people/{id}/record.xlsx" { get SignedIn => study::record::file_of }
    "/record.pdf" { get SignedIn => papers::own_record_pdf }
    "/people/{id}/record.pdf" { get SignedIn => papers::record_pdf }
    "/hours" { get Leader => hours::outlook::of_own_unit }
    "/hours/required" { get Hq => hours::requirements::list }
    "/hours/required/{year}/{category}" {
        get Hq => hours::requirements::form,
        post Hq => hours::requirements::change,
    }
    "/assignments/{id}/hours" { get Hq => hours::assignment::form, post Hq => hours::assignment::change }
    "/units/{id}/hours" { get Leader => hours::outlook::show }
    "/units/{id}/hours.csv" { get Leader => hours::outlook::file }
    "/units/{id}/hours.xlsx" { get Leader => hours::outlook::file }
    "/units/{id}/hours.pdf" { get Leader => hours::outlook::file }
    "/units/{id}/year" { get Units => hours::year::show }
    "/assignments/{id}" { get Units => study::assignment::show }
    "/assignments/{id}/extend" { get Leader => study::assignment::ask_extend, post Leader => study::assignment::extend }
    "/assignments/{id}/withdraw" {
        get Leader => study::assignment::ask_withdraw,
        post Leader => study::assignment::withdraw,
    }
    "/sessions/{id}/follow-up" { get Leader => study::follow_up::form, post Leader => study::follow_up::send }
    "/tasks/{id}" { get SignedIn => study::reflections::show, post SignedIn => study::reflections::save }
    "/tasks/{id}/take-back" { post SignedIn => study::reflections::take_back }
    "/tasks/{id}/decide" { post Leader => study::reflections::decide }
    "/reflections" { get Leader => study::reflections::list, post Leader => study::reflections::accept }
    "/units/{id}/meetings" { get Units => study::meetings::list }
    "/units/{id}/meetings/new" { get Units => study::meetings::form::new, post Units => study::meetings::form::create }
    "/unit-tasks/{id}/meeting" { get Units => study::meetings::of_task }
    "/meetings/{id}" { get Units => study::meetings::show }
    "/meetings/{id}/record.pdf" { get Units => papers::meeting }
    "/meetings/{id}/record.docx" { get Units => papers::meeting }
    "/meetings/{id}/edit" { get Units => study::meetings::form::edit, post Units => study::meetings::form::change }
    "/meetings/{id}/take-back" { post Leader => study::meetings::take_back }
    "/meetings/{id}/remove" { get Units => study::meetings::ask_remove, post Units => study::meetings::remove }
    "/files/{of}/{id}" { get SignedIn => study::evidence::list, post SignedIn => study::evidence::add }
    "/files/{of}/{id}/{file}" { get SignedIn => study::evidence::download }
    "/files/{of}/{id}/{file}/remove" {
        get SignedIn => study::evidence::ask_remove,
        post SignedIn => study::evidence::remove,
    }
    "/calls" { get Hq => study::calls::list::show }
    "/calls/new" { get Hq => study::calls::new::form, post Hq => study::calls::new::send }
    "/calls/{id}" { get Hq => study::calls::progress::show }
    "/calls/{id}/units.csv" { get Hq => study::calls::progress::units_file }
    "/calls/{id}/units.xlsx" { get Hq => study::calls::progress::units_file }
    "/calls/{id}/units.pdf" { get Hq => study::calls::progress::units_file }
    "/calls/{id}/units/paper" { get Hq => study::calls::progress::units_file }
    "/calls/{id}/accept" { post Hq => study::calls::progress::accept }
    "/calls/{id}/withdraw" {
        get Hq => study::calls::withdraw::ask_call,
        post Hq => study::calls::withdraw::withdraw_call,
    }
    "/units/{id}/calls/{call}" { get Units => study::calls::unit::show }
    "/units/{id}/calls/{call}/decide" { post Leader => study::calls::unit::decide }
    "/units/{id}/calls/{call}/withdraw" {
        get Leader => study::calls::withdraw::ask,
        post Leader => study::calls::withdraw::withdraw,
    }
    "/units/{id}/calls/{call}/people" {
        get Leader => study::calls::people::form,
        post Leader => study::calls::people::pass_on,
    }
    "/units/{id}/calls/{call}/sub-units" {
        get Leader => study::calls::sub_units::form,
        post Leader => study::calls::sub_units::pass_on,
    }
    "/unit-tasks/{id}/take-back" { post Leader => study::calls::unit::take_back }
    "/units/{id}" { get Units => study::board::show }
    "/units/{id}/missing.csv" { get Units => study::board_file::missing }
    "/units/{id}/missing.xlsx" { get Units => study::board_file::missing }
    "/units/{id}/board.csv" { get Units => study::board_file::file }
    "/units/{id}/board.xlsx" { get Units => study::board_file::file }
    "/units/{id}/board.pdf" { get Units => study::board_file::file }
    "/units/{id}/board/paper" { get Units => study::board_file::file }

    "/units/{id}/implementation" { get Units => study::implementation::board::list }
    "/unit-tasks/{id}/report" {
        get Units => study::implementation::form::show,
        post Units => study::implementation::form::send,
    }
    "/unit-tasks/{id}/report/paper.pdf" { get Units => papers::implementation_pdf }
    "/unit-tasks/{id}/report/paper" { get Units => study::implementation::form::print }
    "/implementation-rows/{id}" {
        get Units => study::implementation::row::show,
        post Leader => study::implementation::row::change,
    }
    "/unit-tasks/{id}/volumes" { get Units => study::volumes::check::show, post Units => study::volumes::check::send }
    "/unit-tasks/{id}/volumes/paper.pdf" { get Units => papers::volumes_pdf }
    "/unit-tasks/{id}/volumes/paper" { get Units => study::volumes::check::print }
    "/settings/notice" { get Hq => accounts::edit_notice::form, post Hq => accounts::edit_notice::change }
    "/volume-list" { get Units => study::volumes::list::show }
    "/volume-list/edit" { get Hq => study::volumes::list::form, post Hq => study::volumes::list::change }

    // Reminders and mail
    "/reminders" { get SignedIn => reminders::own }
    "/reminders/pause" { post SignedIn => reminders::pause }
    "/reminders/pause/{person}/{token}" { get Anyone => reminders::ask_by_mail, post Anyone => reminders::by_mail }
    "/people/{id}/reminders" { get Hq => reminders::of_person }
    "/units/{id}/reminder-text" { get Units => reminders::unit_text }
    "/sessions/{id}/session.ics" { get SignedIn => reminders::session_entry }
    "/mail" { get Hq => mail::list }
    "/mail/drop-held" { post Hq => mail::drop_held }
    "/mail/let-go" { post Hq => mail::let_go }
    "/mail/ledger" { get Hq => mail::ledger::list }
    "/mail/rules" { get Hq => mail::rules::list }
    "/mail/rules/{kind}" { get Hq => mail::rules::form, post Hq => mail::rules::change }
    "/mail/unreachable" { get Hq => mail::unreachable::list }
    "/mail/unreachable.csv" { get Hq => mail::unreachable::file }
    "/mail/unreachable.xlsx" { get Hq => mail::unreachable::file }
    "/mail/unreachable.pdf" { get Hq => mail::unreachable::file }
    "/mail/unreachable/slips" { get Hq => mail::unreachable::slips }
    "/mail/{id}" { get Hq => mail::show }
    "/mail/{id}/again" { post Hq => mail::send_again }

    // Reports
    "/inspection" { get Inspector => inspection::list }
    "/sessions/{id}/report" { get Reports => reports::session_report }
    "/sessions/{id}/archive" { get Hq => archives::show, post Hq => archives::build }
    "/sessions/{id}/archive.zip" { get Hq => archives::download }
    "/sessions/{id}/report.pdf" { get Reports => reports::session_file }
    "/sessions/{id}/report.docx" { get Reports => reports::session_file }
    "/sessions/{id}/note.docx" { get Units => papers::note_docx }
    "/sessions/{id}/report.csv" { get Reports => reports::session_file }
    "/sessions/{id}/report.xlsx" { get Reports => reports::session_file }
    "/sessions/{id}/report/final" { get Hq => finals::ask, post Hq => finals::make }
    "/reports" { get Units => period::list }
    "/reports/period" { get Units => period::show }
    "/reports/period.csv" { get Units => period::file }
    "/reports/period.xlsx" { get Units => period::file }
    "/reports/period.pdf" { get Units => period::file }
    "/reports/period/final" { get Hq => finals::ask_period, post Hq => finals::make_period }
    "/reports/period/people.csv" { get Units => period::people_file }
    "/reports/period/people.xlsx" { get Units => period::people_file }
    "/reports/period/people/file" { post Units => period::ask_people_file }
    "/reports/lists/{id}" { get Units => period::people_list }
    "/reports/lists/{id}/file" { get Units => period::people_list_file }
    "/reports/period/people" { get Units => period::people }
    "/reports/final" { get Reports => finals::find }
    "/reports/final/{number}.json" { get Hq => archives::final_file }
    "/reports/final/{number}.pdf" { get Reports => finals::file }
    "/reports/final/{number}.docx" { get Reports => finals::file }
    "/reports/final/{number}.csv" { get Reports => finals::file }
    "/reports/final/{number}.xlsx" { get Reports => finals::file }
    "/reports/final/{number}" { get Reports => finals::show }
    "/sessions/{id}/notice.pdf" { get SignedIn => papers::notice }
    "/sessions/{id}/notice.docx" { get SignedIn => papers::notice }
    "/sessions/{id}/sheet.pdf" { get SignedIn => papers::sheet }
    "/sessions/{id}/sheet.docx" { get SignedIn => papers::sheet }
    "/sessions/{id}/sheet.csv" { get SignedIn => papers::sheet }
    "/sessions/{id}/sheet.xlsx" { get SignedIn => papers::sheet }
    "/sessions/{id}/sheet" { get SignedIn => sheets::sign_in_sheet }
    "/sessions/{id}/seats" { get SignedIn => sheets::seating }
    "/sessions/{id}/seats.csv" { get SignedIn => sheets::seating_csv }
    "/sessions/{id}/slips" { get SignedIn => sheets::slips }

    // What is held of people
    "/feedback" { get SignedIn => feedback::show, post SignedIn => feedback::write }
    "/feedback/{id}/answer" { post Hq => feedback::answer }
    "/me/data.zip" { get SignedIn => accounts::own_data::download }
    "/people/{id}/anonymise" { get Hq => organization::anonymise::ask, post Hq => organization::anonymise::anonymise }

    // Settings and jobs
    "/settings" { get Settings => settings::form, post Settings => settings::change }
    "/audit" { get Audit => audit::list }
    "/audit.csv" { get Audit => audit::export }
    "/jobs/{id}" { get SignedIn => jobs::show, post SignedIn => jobs::try_again }
    "/jobs/{id}/failures.csv" { get SignedIn => jobs::failures_file }
}

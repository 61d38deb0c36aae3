//! Those not there as a file or on paper, in the order of the board.

use super::SessionQuery;
use crate::access::Viewer;
use crate::assignments::board::{self, ShownMakeUp};
use crate::attendance::ShownState;
use crate::error::{Message, Result};
use crate::i18n;
use crate::store::ids::UnitId;
use crate::web::App;
use crate::web::download::{self, Kind, List};
use crate::web::visit::Visit;
use actix_web::HttpResponse;
use actix_web::web::{Data, Path, Query};

/// `GET /units/{id}/missing.csv?session=` and `.xlsx`: those not there, in the order of the board.
pub async fn missing_file(
    app: Data<App>,
    visit: Visit,
    viewer: Viewer,
    kind: Kind,
    id: Path<UnitId>,
    query: Query<SessionQuery>,
) -> Result<HttpResponse> {
    let (id, session, clock) = (id.into_inner(), query.session.parse().ok(), app.clock.clone());
    let board = app.db.read(move |conn| board::build(conn, &viewer, id, session, &clock)).await?;
    let word = |id: &'static str| i18n::word(visit.language, &app.clock, &Message::new(id));
    let mut rows = vec![
        ["board-name", "board-unit", "board-post", "board-state", "board-make-up", "board-due-on"].map(word).to_vec(),
    ];
    for row in &board.people {
        let is_there = row.attendance.as_ref().is_some_and(|attendance| !attendance.state.is_not_there());
        if is_there {
            continue;
        }
        let make_up = row.make_up.as_ref();
        rows.push(vec![
            row.row.name.clone(),
            row.row.unit_name.clone(),
            row.row.post.clone(),
            word(state_key(row.state)),
            make_up.map_or(String::new(), |view| word(make_up_key(view.make_up))),
            make_up.and_then(|view| view.due_on).map_or(String::new(), |day| day.to_string()),
        ]);
    }
    let name = format!("{}{}", board.unit.name, word("board-missing-list"));
    download::list(&app, &visit, kind, List { name: &name, formula: Some("board-formula"), rows, counts: &[] })
}

fn state_key(state: ShownState) -> &'static str {
    match state {
        ShownState::Present => "attendance-state-present",
        ShownState::Leave => "attendance-state-leave",
        ShownState::StandIn => "attendance-state-stand-in",
        ShownState::Absent => "attendance-state-absent",
        ShownState::Exempt => "attendance-state-exempt",
        ShownState::Pending => "attendance-state-pending",
        ShownState::ToCheck => "attendance-state-to-check",
    }
}

fn make_up_key(make_up: ShownMakeUp) -> &'static str {
    match make_up {
        ShownMakeUp::MadeUp => "board-make-up-made-up",
        ShownMakeUp::SelfStudy => "board-make-up-self-study",
        ShownMakeUp::Overdue => "board-make-up-overdue",
        ShownMakeUp::Due => "board-make-up-due",
        ShownMakeUp::NotAssigned => "board-make-up-not-assigned",
    }
}

//! All SQL of the outbox.

use super::NewMail;
use crate::clock::Moment;
use crate::each;
use crate::store::Conn;
use crate::store::ids::OutboxId;
use crate::store::schema::outbox;
use diesel::prelude::*;

pub(super) fn insert(
    conn: &mut Conn,
    mail: &NewMail,
    message_id: &str,
    arguments: &str,
    now: Moment,
) -> QueryResult<Option<OutboxId>> {
    each!(conn, c => diesel::insert_into(outbox::table)
        .values((
            outbox::message_id.eq(message_id),
            outbox::matter.eq(&mail.matter),
            outbox::person_id.eq(mail.person),
            outbox::address.eq(&mail.address),
            outbox::language.eq(mail.language),
            outbox::template.eq(mail.template),
            outbox::arguments.eq(arguments),
            outbox::state.eq("waiting"),
            outbox::next_try_at.eq(now),
            outbox::queued_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .returning(outbox::id)
        .get_result(c)
        .optional())
}

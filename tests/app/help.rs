//! Help: a page for each role in both languages, whose pictures are there and light; one's own stands first.

use crate::permissions::{inspector_of, with_duty};
use crate::support::TestApp;
use xuefa::access::Role;
use xuefa::links;
use xuefa::training::{SessionState, queries};
use xuefa::web::help::Reader;

/// What the pictures of one page may weigh: with its words and style sheets, a page on a phone has 30 kB (`ux.md`).
const MOST_BYTES: usize = 15_000;

#[actix_web::test]
async fn every_page_of_help_is_there_with_its_pictures_in_both_languages() {
    let site = TestApp::start().await;
    for language in ["zh-CN", "en"] {
        let mut browser = site.signed_out();
        browser.language = language;
        for role in Reader::ALL.iter().map(|reader| reader.as_str()) {
            let page = browser.get(links::help(role)).await;
            let pictures =
                page.body.split("<img ").skip(1).filter_map(|rest| rest.split("src=\"").nth(1)?.split('"').next());
            let (mut n_pictures, mut n_bytes) = (0, 0);
            for address in pictures {
                let picture = browser.get(address).await;
                let kind = picture.header("content-type").map(str::to_owned);
                assert_eq!((picture.status, kind.as_deref()), (200, Some("image/png")), "{address}");
                n_pictures += 1;
                n_bytes += picture.bytes.len();
            }

            assert_eq!(page.status, 200, "{role} in {language}");
            assert!((1..=2).contains(&n_pictures), "{role} in {language} has {n_pictures} pictures");
            assert!(n_bytes <= MOST_BYTES, "the pictures of {role} in {language} weigh {n_bytes} bytes");
        }
    }
}

#[actix_web::test]
async fn ones_own_page_of_help_stands_first() {
    let site = TestApp::start().await;
    let cast = &site.cast;
    let (clerk, session) = (cast.colleague, site.given_session("2024-07-05", SessionState::Published, &[]).await);
    let named = site.write(move |conn| {
        let venue = queries::list_venues(conn, session)?[0].id;
        Ok(queries::insert_clerk(conn, session, venue, clerk.person)?)
    });
    assert!(named.await.expect("a clerk"));

    for (member, first) in [
        (cast.trainee, "trainee"),
        (cast.leader_of_first_unit, "leader"),
        (cast.liaison_of_first_unit, "leader"),
        (clerk, "clerk"),
        (cast.hq, "office"),
        (inspector_of(&site, cast.first_unit).await, "inspector"),
        (with_duty(&site, Role::Audit).await, "administrator"),
    ] {
        let page = site.signed_in_as(member).await.get(links::HELP).await;

        let pages = page.body.split("href=\"/help/").skip(1).filter_map(|rest| rest.split('"').next());
        let pages: Vec<&str> = pages.collect();
        assert_eq!((pages.first(), pages.len()), (Some(&first), Reader::ALL.len()), "{pages:?}");
    }
    let signed_out = site.signed_out().get(links::HELP).await;
    assert!(signed_out.body.find("/help/trainee") < signed_out.body.find("/help/office"), "{}", signed_out.body);
}

#[actix_web::test]
async fn a_role_that_nobody_has_has_no_help() {
    let site = TestApp::start().await;

    assert_eq!(site.signed_out().get(links::help("minister")).await.status, 404);
}

//! Long lists by pages: `?page=`, and the links before and after (`templates/parts/paging.hbs`).

use serde::Serialize;

/// Where one is in a long list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Paging {
    pub page: i64,
    pub n_pages: i64,
    pub is_long: bool,
    pub previous: Option<String>,
    pub next: Option<String>,
    #[serde(skip)]
    pub offset: i64,
}

impl Paging {
    /// The page asked for (as it stands in the address; the first when that is none), of `n_rows` rows. `address` is
    /// the list's own, with its filters and without the page.
    pub fn of(asked: &str, n_rows: i64, rows_a_page: i64, address: &str) -> Self {
        let n_pages = ((n_rows + rows_a_page - 1) / rows_a_page).max(1);
        let page = asked.parse::<i64>().unwrap_or(1).clamp(1, n_pages);
        let joint = if address.contains('?') { '&' } else { '?' };
        let link = |page: i64| (1..=n_pages).contains(&page).then(|| format!("{address}{joint}page={page}"));
        Self {
            page,
            n_pages,
            is_long: n_pages > 1,
            previous: link(page - 1),
            next: link(page + 1),
            offset: (page - 1) * rows_a_page,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_beyond_the_ends_is_the_last_or_the_first() {
        let last = Paging::of("99", 101, 50, "/mail?state=sent");
        let first = Paging::of("x", 101, 50, "/mail?state=sent");

        assert_eq!((last.page, last.offset, last.next.as_deref()), (3, 100, None));
        assert_eq!((first.page, first.next.as_deref()), (1, Some("/mail?state=sent&page=2")));
        assert!(!Paging::of("1", 50, 50, "/mail").is_long);
    }
}

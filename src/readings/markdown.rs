//! Markdown as HTML that can do nothing: the only caller of the Markdown parser, a pure function.

use pulldown_cmark::{Alignment, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};

/// Renders a text. Raw HTML is shown as text, images leave their description, links lead only to `http`, `https`
/// and `mailto`; headings begin below the page's own, and each table lies in a box that scrolls by itself, named `table_label`.
pub fn render(text: &str, table_label: &str) -> String {
    let mut links: Vec<bool> = Vec::new();
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).filter_map(|event| match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Some(Event::Text(raw)),
        Event::Start(Tag::HtmlBlock) => Some(Event::Start(Tag::Paragraph)),
        Event::End(TagEnd::HtmlBlock) => Some(Event::End(TagEnd::Paragraph)),
        Event::Start(Tag::Heading { level, .. }) => {
            let level = below_the_pages_own(level);
            Some(Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() }))
        }
        Event::End(TagEnd::Heading(level)) => Some(Event::End(TagEnd::Heading(below_the_pages_own(level)))),
        Event::Start(Tag::Link { link_type, dest_url, .. }) => {
            let address = safe_address(link_type, &dest_url);
            links.push(address.is_some());
            address.map(|address| own(format!("<a href=\"{}\" rel=\"noopener\">", escape(&address))))
        }
        Event::End(TagEnd::Link) => links.pop().unwrap_or(false).then(|| own("</a>".to_owned())),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        // An alignment would become an inline style, which pages refuse.
        Event::Start(Tag::Table(columns)) => Some(Event::Start(Tag::Table(vec![Alignment::None; columns.len()]))),
        other => Some(other),
    });
    let mut boxed = Vec::new();
    for event in events {
        let (starts, ends) = (matches!(event, Event::Start(Tag::Table(_))), matches!(event, Event::End(TagEnd::Table)));
        if starts {
            let label = escape(table_label);
            boxed.push(own(format!("<div class=\"table-box\" role=\"region\" aria-label=\"{label}\" tabindex=\"0\">")));
        }
        boxed.push(event);
        if ends {
            boxed.push(own("</div>\n".to_owned()));
        }
    }
    let mut out = String::with_capacity(text.len() * 2);
    html::push_html(&mut out, boxed.into_iter());
    with_numbers(&out)
}

/// The same with a first column that counts the lines of its table marked as numbers, so that it is as narrow as they are.
fn with_numbers(html: &str) -> String {
    let mut tables = html.split("<table>");
    let mut out = tables.next().unwrap_or_default().to_owned();
    for table in tables {
        let (inside, after) = table.split_once("</table>").unwrap_or((table, ""));
        out.push_str("<table>");
        if counts_its_lines(inside) {
            let marked = inside.replace("<tr><td>", "<tr><td class=\"number\">");
            out.push_str(&marked.replace("<tr><th>", "<tr><th class=\"number\">"));
        } else {
            out.push_str(inside);
        }
        out.push_str("</table>");
        out.push_str(after);
    }
    out
}

fn counts_its_lines(table: &str) -> bool {
    let first = table.split("<tr><td>").skip(1).map(|row| row.split("</td>").next().unwrap_or_default());
    let first: Vec<&str> = first.collect();
    !first.is_empty() && first.iter().all(|cell| cell.parse::<u32>().is_ok())
}

/// Our own markup: what the text itself brings was turned into text before.
fn own(markup: String) -> Event<'static> {
    Event::InlineHtml(markup.into())
}

/// `h2` to `h4`: the page's title is its only `h1`.
fn below_the_pages_own(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H2,
        HeadingLevel::H3 => HeadingLevel::H3,
        HeadingLevel::H4 | HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H4,
    }
}

fn safe_address(link_type: LinkType, address: &str) -> Option<String> {
    let address = if link_type == LinkType::Email { format!("mailto:{address}") } else { address.to_owned() };
    let lower = address.to_ascii_lowercase();
    let allowed = ["http://", "https://", "mailto:"].iter().any(|scheme| lower.starts_with(scheme));
    let plain = !address.chars().any(|character| character.is_control() || character.is_whitespace());
    (allowed && plain).then_some(address)
}

/// Text as it is written in HTML, in an attribute too.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(text: &str) -> String {
        render(text, "表格")
    }

    #[test]
    fn headings_begin_below_the_pages_own() {
        assert_eq!(html("# a\n\n## b\n\n### c\n\n###### d"), "<h2>a</h2>\n<h2>b</h2>\n<h3>c</h3>\n<h4>d</h4>\n");
    }

    /// O-02.
    #[test]
    fn raw_html_is_shown_and_does_nothing() {
        for hostile in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<div onclick=\"alert(1)\">\n\n**x**\n\n</div>",
            "<!-- --><svg/onload=alert(1)>",
            "<iframe src=\"javascript:alert(1)\"></iframe>",
            "<a href='javascript:alert(1)'>x</a>",
            "`<script>`",
            "```\n<script>\n```",
            "```\"><script>\nx\n```",
        ] {
            let out = html(hostile);
            for tag in ["<script", "<img", "<div", "<svg", "<iframe", "<a "] {
                assert!(!out.contains(tag), "{hostile:?} became {out:?}");
            }
        }
    }

    /// O-02.
    #[test]
    fn links_lead_only_to_the_web_and_to_mail() {
        assert_eq!(
            html("[law](https://www.gov.cn/?a=1&b=2)"),
            "<p><a href=\"https://www.gov.cn/?a=1&amp;b=2\" rel=\"noopener\">law</a></p>\n"
        );
        assert_eq!(html("<a@b.cn>"), "<p><a href=\"mailto:a@b.cn\" rel=\"noopener\">a@b.cn</a></p>\n");
        for hostile in [
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](java&#115;cript:alert(1))",
            "[x](&#1;javascript:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "[x](vbscript:msgbox)",
            "[x](file:///etc/passwd)",
            "[x](//evil.example)",
            "[x](/logout)",
            "<javascript:alert(1)>",
            "[x][1]\n\n[1]: javascript:alert(1)",
        ] {
            let out = html(hostile);
            assert!(!out.contains("<a ") && !out.contains("href"), "{hostile:?} became {out:?}");
        }
        let quoted = html("[x](<https://a.example/\"onmouseover=alert(1)>)");
        assert!(!quoted.contains("\"onmouseover"), "{quoted}");
    }

    /// O-02.
    #[test]
    fn an_image_leaves_its_description() {
        assert_eq!(html("![a *map*](https://tracker.example/x.png)"), "<p>a <em>map</em></p>\n");
    }

    #[test]
    fn a_first_column_that_counts_is_marked_as_numbers_and_no_other() {
        let out = render(
            "| 序号 | 材料 |\n|---|---|\n| 1 | 来信 |\n| 2 | 来访 |\n\n| 类 | 数 |\n|---|---|\n| 信 | 1 |\n",
            "",
        );

        assert_eq!(out.matches("class=\"number\"").count(), 3, "{out}");
        assert!(out.contains("<th class=\"number\">序号</th>") && out.contains("<td class=\"number\">2</td>"), "{out}");
        assert!(out.contains("<th>类</th>") && out.matches("</table>").count() == 2, "{out}");
    }

    #[test]
    fn a_table_lies_in_its_box_and_has_no_inline_style() {
        let out = html("| a | b |\n| --: | :-: |\n| 1 | 2 |\n");

        assert!(out.starts_with("<div class=\"table-box\" role=\"region\" aria-label=\"表格\" tabindex=\"0\"><table>"));
        assert!(out.trim_end().ends_with("</table>\n</div>") && !out.contains("style"), "{out}");
    }

    /// O-02: were it anything but linear, each of these would keep the test busy for hours.
    #[test]
    fn a_megabyte_of_nonsense_is_rendered() {
        for unit in ["[", "*_", "> ", "- ", "![", "<a ", "`", "[a](", "&#", "|", "\\", "<!--"] {
            assert!(!html(&unit.repeat(1024 * 1024 / unit.len())).is_empty(), "{unit:?}");
        }
    }
}

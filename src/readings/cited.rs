//! What the sources of a shipped reading cite: `《信访工作条例》第十八条等（2022年5月1日起施行）` is a statute, an article and a
//! date in force. A source without 起施行 is no statute.

use super::model::Citation;
use chrono::NaiveDate;

/// The statutes that a line of sources names, in their order.
pub fn cited(source: &str) -> Vec<Citation> {
    source.split('《').skip(1).filter_map(one).collect()
}

/// What stands between one 《 and the next.
fn one(part: &str) -> Option<Citation> {
    let (name, rest) = part.split_once('》')?;
    let (before_date, _) = rest.split_once("起施行")?;
    let (article, brackets) = before_date.split_once(['（', '(']).unwrap_or(("", before_date));
    let article = article.trim();
    let article = if article.starts_with('第') { article.to_owned() } else { String::new() };
    Some(Citation { statute: name.to_owned(), article, in_force: last_date(brackets) })
}

/// The last `2022年5月1日` of a text.
fn last_date(text: &str) -> Option<NaiveDate> {
    let (text, _) = text.rsplit_once('日')?;
    let (text, day) = text.rsplit_once('月')?;
    let (text, month) = text.rsplit_once('年')?;
    let year: String = text.chars().rev().take_while(char::is_ascii_digit).collect();
    let year: String = year.chars().rev().collect();
    NaiveDate::from_ymd_opt(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn citation(statute: &str, article: &str, in_force: &str) -> Citation {
        Citation { statute: statute.to_owned(), article: article.to_owned(), in_force: in_force.parse().ok() }
    }

    #[test]
    fn a_statute_its_article_and_its_date_are_read_from_a_source() {
        assert_eq!(
            cited("《信访工作条例》第十八条等（2022年5月1日起施行）"),
            [citation("信访工作条例", "第十八条等", "2022-05-01")]
        );
        assert_eq!(
            cited("《信访工作条例》（2022年2月25日中共中央、国务院发布，2022年5月1日起施行）"),
            [citation("信访工作条例", "", "2022-05-01")]
        );
        assert_eq!(
            cited("《若干规定》（2024年8月6日发布）；《信访工作条例》（2022年5月1日起施行）"),
            [citation("信访工作条例", "", "2022-05-01")]
        );
    }

    #[test]
    fn a_report_in_a_newspaper_is_no_statute() {
        assert_eq!(cited("浙江在线2017年8月14日报道《浦江，一个信访大县的嬗变》"), []);
        assert_eq!(cited("集团信访办2024年7月5日的报道"), []);
    }
}

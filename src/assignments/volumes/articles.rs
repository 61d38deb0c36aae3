//! The articles that an item rests on, as HQ types them and as they are written out.

use crate::i18n::Language;

/// The Regulations on Petition Work (信访工作条例, in force since 1 May 2022) have so many articles.
pub const LAST_ARTICLE: i64 = 50;

/// Reads `22 23` (or with commas); nothing when one of them is no article of the Regulations.
pub fn read(typed: &str) -> Option<Vec<i64>> {
    let parts = typed.split(|character: char| character.is_whitespace() || [',', '，', '、'].contains(&character));
    let parts = parts.filter(|part| !part.is_empty());
    parts.map(|part| part.parse().ok().filter(|number| (1..=LAST_ARTICLE).contains(number))).collect()
}

/// As it lies in the database and in the form: `22 23`.
pub fn kept(articles: &[i64]) -> String {
    articles.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

/// 第二十二条、第二十三条 · Art. 22, 23; empty without any.
pub fn words(articles: &[i64], language: Language) -> String {
    if articles.is_empty() {
        return String::new();
    }
    match language {
        Language::Chinese => {
            articles.iter().map(|article| format!("第{}条", chinese(*article))).collect::<Vec<_>>().join("、")
        }
        Language::English => {
            format!("Art. {}", articles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A number below a hundred in Chinese.
fn chinese(number: i64) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let digit = |n: i64| usize::try_from(n).ok().and_then(|n| DIGITS.get(n)).copied().unwrap_or("");
    let (tens, ones) = (number / 10, digit(number % 10));
    match tens {
        0 => ones.to_owned(),
        1 => format!("十{ones}"),
        more => format!("{}十{ones}", digit(more)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_are_read_with_any_sign_between_and_only_those_there_are() {
        assert_eq!(read("22 23"), Some(vec![22, 23]));
        assert_eq!(read("1，50"), Some(vec![1, 50]));
        assert_eq!(read(""), Some(Vec::new()));
        assert_eq!(read("51"), None);
        assert_eq!(read("0"), None);
        assert_eq!(read("第三条"), None);
    }

    #[test]
    fn articles_are_written_out_in_both_languages() {
        assert_eq!(words(&[9, 10, 11, 20, 31], Language::Chinese), "第九条、第十条、第十一条、第二十条、第三十一条");
        assert_eq!(words(&[22, 23], Language::English), "Art. 22, 23");
        assert_eq!(words(&[], Language::Chinese), "");
    }
}

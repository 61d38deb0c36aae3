//! An article of a statute as a question cites it, in both languages: `《信访工作条例》第二十三条第二款`,
//! `Regulations on Petition Work, Art. 23 para. 2`.

/// A statute, and where in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Article {
    /// Without the marks 《》.
    pub statute: String,
    pub article: u32,
    pub paragraph: Option<u32>,
    pub item: Option<u32>,
}

impl Article {
    /// Reads what stands in a Chinese file.
    pub(super) fn from_chinese(written: &str) -> Result<Self, String> {
        let problem = || format!("“{written}” is not like 《信访工作条例》第二十三条第二款");
        let (statute, place) =
            written.strip_prefix('《').and_then(|rest| rest.rsplit_once('》')).ok_or_else(problem)?;
        Self::read(statute, place).ok_or_else(problem)
    }

    /// The name of a statute, and a place in it: `第二十三条第二款`.
    pub(super) fn read(statute: &str, place: &str) -> Option<Self> {
        let (article, rest) = step(place, "条")?;
        let (paragraph, rest) = match step(rest, "款") {
            Some((number, rest)) => (Some(number), rest),
            None => (None, rest),
        };
        let (item, rest) = match step(rest, "项") {
            Some((number, rest)) => (Some(number), rest),
            None => (None, rest),
        };
        let is_whole = !statute.is_empty() && rest.is_empty();
        is_whole.then(|| Self { statute: statute.to_owned(), article, paragraph, item })
    }

    /// Reads what stands in an English file.
    pub(super) fn from_english(written: &str) -> Result<Self, String> {
        let problem = || format!("“{written}” is not like Regulations on Petition Work, Art. 23 para. 2");
        let (statute, place) = written.rsplit_once(", Art. ").ok_or_else(problem)?;
        let (place, paragraph) = match place.split_once(" para. ") {
            Some((article, paragraph)) => (article, Some(paragraph)),
            None => (place, None),
        };
        let (last, item) = match paragraph.unwrap_or(place).split_once('(') {
            Some((before, item)) => (before, Some(item.strip_suffix(')').ok_or_else(problem)?)),
            None => (paragraph.unwrap_or(place), None),
        };
        let number = |text: &str| text.parse::<u32>().map_err(|_| problem());
        let article = number(if paragraph.is_some() { place } else { last })?;
        let paragraph = paragraph.map(|_| number(last)).transpose()?;
        if statute.is_empty() {
            return Err(problem());
        }
        Ok(Self { statute: statute.to_owned(), article, paragraph, item: item.map(number).transpose()? })
    }

    /// The same place, whatever the statute is called.
    pub(super) fn is_at(&self, other: &Self) -> bool {
        (self.article, self.paragraph, self.item) == (other.article, other.paragraph, other.item)
    }
}

/// `第二十三条…` → 23 and the rest.
fn step<'a>(text: &'a str, what: &str) -> Option<(u32, &'a str)> {
    let (number, rest) = text.strip_prefix('第')?.split_once(what)?;
    Some((number_of(number)?, rest))
}

/// A Chinese number from 一 to 九千九百九十九.
fn number_of(written: &str) -> Option<u32> {
    let (mut sum, mut digit) = (0, None);
    for character in written.chars() {
        let place = match character {
            '十' => 10,
            '百' => 100,
            '千' => 1000,
            '零' => continue,
            other => {
                let found = "一二三四五六七八九".chars().position(|known| known == other)?;
                digit = Some(u32::try_from(found).ok()? + 1);
                continue;
            }
        };
        sum += digit.take().unwrap_or(1) * place;
    }
    let number = sum + digit.unwrap_or(0);
    (number > 0).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numbers_are_read() {
        for (written, number) in [
            ("一", 1),
            ("十", 10),
            ("十五", 15),
            ("二十", 20),
            ("三十一", 31),
            ("一百零三", 103),
            ("一千一百七十六", 1176),
        ] {
            assert_eq!(number_of(written), Some(number), "{written}");
        }
        assert_eq!(number_of("两"), None);
        assert_eq!(number_of(""), None);
    }

    #[test]
    fn the_same_place_is_read_from_both_languages() {
        for (chinese, english) in [
            ("《信访工作条例》第七条", "Regulations on Petition Work, Art. 7"),
            ("《信访工作条例》第二十三条第二款", "Regulations on Petition Work, Art. 23 para. 2"),
            ("《信访工作条例》第三十一条第六项", "Regulations on Petition Work, Art. 31(6)"),
            ("《信访工作条例》第二十二条第一款第三项", "Regulations on Petition Work, Art. 22 para. 1(3)"),
        ] {
            let (one, other) = (Article::from_chinese(chinese), Article::from_english(english));
            assert!(matches!((&one, &other), (Ok(one), Ok(other)) if one.is_at(other)), "{one:?} {other:?}");
        }
    }

    #[test]
    fn what_is_no_article_is_refused() {
        for written in ["第七条", "《信访工作条例》", "《信访工作条例》第7条", "《信访工作条例》第七条等", "《》第七条"]
        {
            assert!(Article::from_chinese(written).is_err(), "{written}");
        }
        for written in ["Art. 7", "Regulations on Petition Work, Art. seven", "X, Art. 7(3", "X, Art. 7 para. "] {
            assert!(Article::from_english(written).is_err(), "{written}");
        }
    }
}

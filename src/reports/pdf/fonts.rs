//! The faces for papers: which there are, and which stands in for which official one.

use super::StandIn;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontFlags, FontInfo, FontStyle};
use typst::utils::LazyHash;

/// A kind of type that papers are set in, with the families that serve for it, the official one first. The names are those
/// that the files of the foundries, of Windows, macOS and of Debian's packages carry.
struct Kind {
    wanted: &'static str,
    n_official: usize,
    families: &'static [&'static str],
    /// A free face of text stands in for the heavy title face when it is bold.
    is_bold: bool,
}

const TITLE: Kind = Kind {
    wanted: "小标宋",
    n_official: 6,
    families: &[
        "方正小标宋简体",
        "方正小标宋_GBK",
        "FZXiaoBiaoSong-B05S",
        "FZXiaoBiaoSong-B05",
        "FZXiaoBiaoSong",
        "FZXBSJW--GB1-0",
        "华文中宋",
        "STZhongsong",
    ],
    is_bold: true,
};
const TEXT: Kind = Kind {
    wanted: "仿宋",
    n_official: 4,
    families: &[
        "仿宋_GB2312",
        "FangSong_GB2312",
        "仿宋",
        "FangSong",
        "STFangsong",
        "Zhuque Fangsong (technical preview)",
        "FandolFang R",
        "FandolFang",
    ],
    is_bold: false,
};
const HEI: Kind = Kind {
    wanted: "黑体",
    n_official: 2,
    families: &["黑体", "SimHei", "STHeiti", "FandolHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC"],
    is_bold: false,
};
const KAI: Kind = Kind {
    wanted: "楷体",
    n_official: 4,
    families: &["楷体_GB2312", "KaiTi_GB2312", "楷体", "KaiTi", "STKaiti", "FandolKai"],
    is_bold: false,
};
const SONG: Kind = Kind {
    wanted: "宋体",
    n_official: 3,
    families: &["宋体", "SimSun", "NSimSun", "Songti SC", "FandolSong"],
    is_bold: false,
};

/// Faces of text with every character that names are likely to have: what the style faces lack is taken from here, and all
/// is, where there are none.
const GENERAL: [&str; 5] =
    ["Noto Serif CJK SC", "Noto Serif SC", "Source Han Serif SC", "Noto Sans CJK SC", "Noto Sans SC"];

/// The faces in use, read once.
pub(super) struct Fonts {
    pub faces: Vec<Font>,
    pub book: LazyHash<FontBook>,
    /// The families of each kind, by the names that the layout uses.
    pub families: BTreeMap<&'static str, Vec<String>>,
    /// The title is set in a bold face of text.
    pub is_title_bold: bool,
    pub stand_ins: Vec<StandIn>,
}

impl Fonts {
    /// Reads the faces of folders and all below them; of two with the same name the first one stays.
    pub fn read(folders: &[PathBuf]) -> Self {
        let kinds = [("title", &TITLE), ("text", &TEXT), ("hei", &HEI), ("kai", &KAI), ("song", &SONG)];
        let is_wanted =
            |family: &str| GENERAL.contains(&family) || kinds.iter().any(|(_, kind)| kind.families.contains(&family));
        let mut found: Vec<Font> = Vec::new();
        for path in folders.iter().flat_map(|folder| files(folder)) {
            let Ok(content) = std::fs::read(&path) else {
                tracing::warn!(path = %path.display(), "a font cannot be read");
                continue;
            };
            let bytes = Bytes::new(content);
            for (index, info) in (0..).zip(FontInfo::iter(&bytes)) {
                // Variable faces of this script are not laid out right; of each family two weights are enough.
                let weight = info.variant.weight.to_number();
                if !is_wanted(&info.family)
                    || info.flags.contains(FontFlags::VARIABLE)
                    || info.variant.style != FontStyle::Normal
                    || found.iter().any(|known| is_same(known.info(), &info))
                    || !(weight == 400 || weight == 700 || !GENERAL.contains(&info.family.as_str()))
                {
                    continue;
                }
                found.extend(Font::new(bytes.clone(), index));
            }
        }
        let has = |family: &str| found.iter().any(|face| face.info().family == family);
        let general: Vec<String> = GENERAL.iter().filter(|family| has(family)).map(|of| (*of).to_owned()).collect();
        let mut families = BTreeMap::new();
        let mut stand_ins = Vec::new();
        let mut is_title_bold = false;
        for (name, kind) in kinds {
            let own = kind.families.iter().copied().find(|family| has(family));
            let used = own.map(str::to_owned).or_else(|| general.first().cloned());
            is_title_bold |= kind.is_bold && own.is_none();
            let is_official = own.is_some_and(|own| kind.families.iter().take(kind.n_official).any(|of| *of == own));
            stand_ins.push(StandIn { wanted: kind.wanted, used, is_official });
            let stack = own.map(str::to_owned).into_iter().chain(general.iter().cloned());
            families.insert(name, stack.collect::<Vec<_>>());
        }
        // What no stack names is not kept: these files are large.
        found.retain(|face| {
            families.iter().any(|(_, stack): (&&str, &Vec<String>)| stack.contains(&face.info().family))
                && (face.info().variant.weight.to_number() != 700
                    || is_title_bold && Some(&face.info().family) == general.first()
                    || !general.contains(&face.info().family))
        });
        let book = LazyHash::new(FontBook::from_fonts(&found));
        Self { faces: found, book, families, is_title_bold, stand_ins }
    }

    /// The characters of a text that no face in use has, each once, in their order.
    pub fn missing(&self, text: &str) -> Vec<char> {
        let mut missing = Vec::new();
        for character in text.chars().filter(|character| is_drawn(*character)) {
            let has = |face: &Font| face.info().coverage.contains(u32::from(character));
            if !missing.contains(&character) && !self.faces.iter().any(has) {
                missing.push(character);
            }
        }
        missing
    }
}

fn is_same(one: &FontInfo, other: &FontInfo) -> bool {
    one.family == other.family && one.variant == other.variant
}

/// Marks that show nothing by themselves need no face.
fn is_drawn(character: char) -> bool {
    !character.is_control()
        && !matches!(character, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0100}'..='\u{E01EF}')
}

/// The files of a folder and all below it that a face may be in, in a fixed order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    let mut found = Vec::new();
    for path in paths {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        if path.is_dir() {
            found.extend(files(&path));
        } else if ending.is_some_and(|ending| matches!(ending.as_str(), "ttf" | "otf" | "ttc" | "otc")) {
            found.push(path);
        }
    }
    found
}

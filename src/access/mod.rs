//! Who is asking and what they may do: [`Viewer`], [`Role`], [`Reach`]. Pure: no tables, no database.
//! Whoever looks up in the database who leads a unit names `Role::Leader` there: attendance, calls, reflections, reminders.

use crate::clock::Moment;
use crate::error::{Error, Result};
use crate::i18n::Language;
pub use crate::store::columns::UnitPath;
use crate::store::ids::{AccountId, LoginId, PersonId, SessionId, UnitId};

crate::choices! {
    /// What somebody was granted. Everybody on the roster is a trainee without any grant.
    pub enum Role {
        /// Of a unit and all below it.
        Leader = "leader",
        /// Fills in for a unit what its leader decides; decides nothing.
        Liaison = "liaison",
        /// The Office of Letters and Visits: sessions, library, figures of all units.
        Hq = "hq",
        /// 检查人员: reads the reports of the sessions or units that were named, for a time, and nothing else.
        Inspector = "inspector",
        /// Settings and backup.
        System = "system",
        /// Accounts and roles.
        Security = "security",
        /// Reads the audit log.
        Audit = "audit",
    }
}

crate::choices! {
    /// The text size a person chose for themselves.
    pub enum TextSize {
        Standard = "standard",
        Large = "large",
        Largest = "largest",
    }
}

crate::choices! {
    /// How somebody came to be signed in.
    pub enum LoginKind {
        /// With a password.
        Full = "full",
        /// Their phone was opened at the door: own matters only, whatever they were granted (`rules.md` 4).
        Remembered = "remembered",
    }
}

/// What a role is granted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Unit,
    /// Of which it says one, and until when.
    UnitOrSession,
    Group,
}

impl Role {
    /// What it is granted for.
    pub fn scope(self) -> Scope {
        match self {
            Self::Leader | Self::Liaison => Scope::Unit,
            Self::Inspector => Scope::UnitOrSession,
            Self::Hq | Self::System | Self::Security | Self::Audit => Scope::Group,
        }
    }
}

/// One role that somebody holds.
#[derive(Debug, Clone)]
pub struct Grant {
    pub role: Role,
    pub unit: Option<UnitId>,
    pub path: Option<UnitPath>,
    /// The one session whose reports an inspector reads.
    pub session: Option<SessionId>,
}

/// The person who is signed in, with what they were granted, as of this request.
#[derive(Debug, Clone)]
pub struct Viewer {
    pub person: PersonId,
    pub account: AccountId,
    pub login: LoginId,
    pub name: String,
    pub unit: UnitId,
    pub unit_name: String,
    pub language: Language,
    pub text_size: TextSize,
    /// Whether they were told what is held about them and why.
    pub notice_seen: bool,
    /// Nothing on a remembered phone, whatever its owner was granted.
    pub grants: Vec<Grant>,
    pub login_kind: LoginKind,
    /// When they signed in.
    pub signed_in_at: Moment,
    /// Where the request came from, for the audit trail.
    pub origin: String,
    /// Which request it is, for the audit trail.
    pub request: String,
}

/// What somebody may see of people and units.
#[derive(Debug, Clone, PartialEq)]
pub enum Reach {
    /// All units.
    Group,
    /// These units and all below them.
    Units(Vec<UnitPath>),
    /// Nobody but oneself.
    Own,
}

impl Viewer {
    pub fn has(&self, role: Role) -> bool {
        self.grants.iter().any(|grant| grant.role == role)
    }

    pub fn is_hq(&self) -> bool {
        self.has(Role::Hq)
    }

    /// Whether they signed in with a password, and so may do what they were granted or named for.
    pub fn is_full(&self) -> bool {
        match self.login_kind {
            LoginKind::Full => true,
            LoginKind::Remembered => false,
        }
    }

    /// Whether the viewer leads any unit.
    pub fn is_leader(&self) -> bool {
        self.has(Role::Leader)
    }

    /// The units the viewer leads, without those below them.
    pub fn led_units(&self) -> impl Iterator<Item = UnitId> + '_ {
        self.grants.iter().filter(|grant| grant.role == Role::Leader).filter_map(|grant| grant.unit)
    }

    /// What the viewer may see: HQ everything, a leader or liaison their units and below, others themselves.
    pub fn reach(&self) -> Reach {
        self.reach_of(&[Role::Leader, Role::Liaison])
    }

    /// What the viewer may decide about: as [`Viewer::reach`], without a liaison's units.
    pub fn reach_of_decisions(&self) -> Reach {
        self.reach_of(&[Role::Leader])
    }

    /// Whose lines the viewer may read in the reports of a session: as [`Viewer::reach`], and what was named to them as
    /// an inspector.
    pub fn reach_of_reports(&self, session: SessionId) -> Reach {
        let inspects = |grant: &Grant| grant.role == Role::Inspector && grant.session == Some(session);
        if self.grants.iter().any(inspects) {
            return Reach::Group;
        }
        self.reach_of_period_reports()
    }

    /// Whose figures of a time the viewer may read: as [`Viewer::reach`], and the units that they inspect.
    pub fn reach_of_period_reports(&self) -> Reach {
        self.reach_of(&[Role::Leader, Role::Liaison, Role::Inspector])
    }

    /// Whether what the viewer reads in a report is noted: they came to inspect it.
    pub fn is_inspector(&self) -> bool {
        self.has(Role::Inspector) && !self.is_hq()
    }

    /// Whether the viewer came to inspect and has no other business with anybody's attendance: what a report names leads
    /// them no further.
    pub fn reads_reports_alone(&self) -> bool {
        self.is_inspector() && self.reach() == Reach::Own
    }

    fn reach_of(&self, roles: &[Role]) -> Reach {
        if self.is_hq() {
            return Reach::Group;
        }
        let granted = self.grants.iter().filter(|grant| roles.contains(&grant.role));
        let paths: Vec<UnitPath> = granted.filter_map(|grant| grant.path.clone()).collect();
        if paths.is_empty() { Reach::Own } else { Reach::Units(paths) }
    }

    /// # Errors
    /// `Forbidden` when the viewer is not of HQ.
    pub fn require_hq(&self) -> Result<()> {
        self.require(Role::Hq)
    }

    /// # Errors
    /// `Forbidden` when the viewer does not hold the role.
    pub fn require(&self, role: Role) -> Result<()> {
        if self.has(role) { Ok(()) } else { Err(Error::Forbidden) }
    }

    /// The viewer as the one who does something, for the audit trail.
    pub fn actor(&self) -> Actor {
        Actor {
            person: Some(self.person),
            origin: self.origin.clone(),
            request: self.request.clone(),
            is_hq: self.is_hq(),
        }
    }
}

impl Reach {
    pub fn covers(&self, path: &UnitPath) -> bool {
        match self {
            Self::Group => true,
            Self::Units(paths) => paths.iter().any(|led| led.contains(path)),
            Self::Own => false,
        }
    }
}

/// Who does something: a person who is signed in, or the operator at the command line.
#[derive(Debug, Clone)]
pub struct Actor {
    pub person: Option<PersonId>,
    pub origin: String,
    pub request: String,
    is_hq: bool,
}

impl Actor {
    /// The operator or the program itself, which may do what HQ may.
    pub fn program(origin: &str) -> Self {
        Self { person: None, origin: origin.to_owned(), request: String::new(), is_hq: true }
    }

    /// A person who is known but not yet signed in: at sign-in, or opening an invitation.
    pub fn person(person: PersonId, origin: &str) -> Self {
        Self { person: Some(person), origin: origin.to_owned(), request: String::new(), is_hq: false }
    }

    /// Somebody who has not shown who they are.
    pub fn nobody(origin: &str) -> Self {
        Self { person: None, origin: origin.to_owned(), request: String::new(), is_hq: false }
    }

    /// # Errors
    /// `Forbidden` when it is neither HQ nor the operator.
    pub fn require_hq(&self) -> Result<()> {
        if self.is_hq { Ok(()) } else { Err(Error::Forbidden) }
    }
}

//! Practices and other bodies, keyed by nation and code: a name is no key. The tree of levels is dated
//! data of its own and not part of this record.

use crate::Wrong;
use crate::nation::Nation;
use crate::record::record;
use serde::{Deserialize, Serialize};

/// What sort of body it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum OrganisationKind {
    /// A general practice.
    Practice,
    /// A primary care network.
    Pcn,
    /// A body that commissions or plans care.
    Board,
    /// A department, committee or regulator that asks.
    Asker,
    /// Any other body.
    #[default]
    Other,
}

record! {
    /// A practice or another body.
    Organisation, schema 1, place [National, Call], words false {
        /// Its name; several bodies may share one.
        name: String = "name" LastWriter 202;
        /// Its ODS code, upper case, unique within its nation.
        ods_code: Option<String> = "odsCode" LastWriter 14;
        /// The nation, without which the code is ambiguous.
        nation: Option<Nation> = "nation" LastWriter 40;
        /// What sort of body it is.
        kind: OrganisationKind = "kind" LastWriter 20;
        /// Marked where it belongs to sample data.
        sample: bool = "sample" LastWriter 5;
    }
    check |organisation| {
        match (&organisation.ods_code, organisation.nation) {
            (Some(code), _) if !well_formed(code) => Err(Wrong::new("odsCode", "has 3 to 10 capital letters and digits")),
            (Some(_), None) => Err(Wrong::new("nation", "a code without its nation is ambiguous")),
            _ => Ok(()),
        }
    };
}

fn well_formed(code: &str) -> bool {
    (3..=10).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Record;

    #[test]
    fn a_code_needs_its_nation_and_capital_letters() {
        let mut practice = Organisation { ods_code: Some("A81001".into()), ..Default::default() };
        assert_eq!(practice.check().unwrap_err().field, "nation");
        practice.nation = Some(Nation::England);
        assert_eq!(practice.check(), Ok(()));
        practice.ods_code = Some("a81 001".into());
        assert_eq!(practice.check().unwrap_err().field, "odsCode");
    }
}

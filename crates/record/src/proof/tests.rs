use super::*;
use crate::Hash;

fn text(index: &str, path: &str) -> String {
    format!("c2sp.org/tlog-proof@v1\n{index}\n{path}\ncheckpoint\n")
}

#[test]
fn a_tlog_proof_is_read_as_it_is_written() {
    let (a, b) = (Hash::of_leaf(b"a"), Hash::of_leaf(b"b"));
    for path in [vec![], vec![a], vec![a, b]] {
        let proof = TlogProof { number: 73_894, path, checkpoint: "any\n1\n\n— any\n" };
        assert_eq!(TlogProof::parse(&proof.write()), Ok(proof));
    }
    assert_eq!(
        TlogProof { number: 0, path: vec![a], checkpoint: "checkpoint\n" }.write(),
        text("index 0", &format!("{a}\n"))
    );
}

#[test]
fn extra_data_is_passed_over() {
    let with = text("extra AAECAw==\nindex 5", "");
    let proof = TlogProof::parse(&with).unwrap();
    assert_eq!((proof.number, proof.path.len(), proof.checkpoint), (5, 0, "checkpoint\n"));
}

#[test]
fn what_is_no_tlog_proof_is_refused() {
    let hash = Hash::EMPTY;
    let many = format!("{hash}\n").repeat(65);
    for (text, error) in [
        (text("index 05", ""), TlogProofError::Index),
        (text("index +5", ""), TlogProofError::Index),
        (text("index", ""), TlogProofError::Index),
        (text("index 18446744073709551616", ""), TlogProofError::Index),
        (text("index 5", "nonsense\n"), TlogProofError::Path(1)),
        (text("index 5", &format!("{hash}\n{hash} \n")), TlogProofError::Path(2)),
        (text("index 5", &many), TlogProofError::Path(65)),
        (format!("c2sp.org/tlog-proof@v1\nindex 5\n{hash}\n"), TlogProofError::Checkpoint),
        ("c2sp.org/tlog-proof@v2\nindex 5\n\n".to_owned(), TlogProofError::Header),
        (String::new(), TlogProofError::Header),
    ] {
        assert_eq!(TlogProof::parse(&text), Err(error), "{text}");
    }
}

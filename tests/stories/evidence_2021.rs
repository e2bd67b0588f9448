//! The real input: the two questions of the 2021 inquiry and the network's own evidence, brought in from
//! the text in which it stands, answered by two people in parts, exported.

use linchpin_tests::hub::Hub;
use linchpin_tests::linchpin::Desk;
use linchpin_tests::shared;
use tempfile::TempDir;

const INVENTED: &str = "A sample call for evidence\n\nWhat keeps managers in practice?\n\nTime to plan and a team that \
                        stays.\n\nColleagues near by who answer the telephone.\n\nWhat would you change first?\n\nOne \
                        request for figures instead of three.\n";

#[test]
fn the_evidence_of_2021_is_brought_in_answered_in_parts_and_exported() {
    let real = shared::file("evidence of 2021", "seeds/002_256b43ee34fc0b6f.txt");
    let text =
        real.as_ref().map_or_else(|| INVENTED.to_owned(), |path| std::fs::read_to_string(path).unwrap());
    let folder = TempDir::new().unwrap();
    let hub = Hub::start_new(&folder.path().join("hub")).unwrap();
    let (asha, ben) = (Desk::new(&folder.path().join("asha")), Desk::new(&folder.path().join("ben")));
    asha.say(&["join", &hub.url(), hub.first_code(), "--name", "Asha Rao"], "").unwrap();
    let code = hub.invite("ben@example.org").unwrap();
    ben.say(&["join", &hub.url(), &code, "--name", "Ben Okafor"], "").unwrap();

    let found = asha
        .say(&["invoke", "find_questions", &serde_json::json!({ "text": text }).to_string()], "")
        .unwrap();
    let questions = found["questions"].as_array().unwrap();
    let asked: Vec<_> = questions.iter().map(|question| question["text"].as_str().unwrap()).collect();
    assert_eq!(questions.len(), 2, "{asked:?}");
    if real.is_some() {
        assert!(asked[0].starts_with("What are the main challenges facing general practice"));
        assert!(asked[1].starts_with("What can be done to reduce bureaucracy and burnout"));
    }

    let call_text: String =
        asked.iter().enumerate().map(|(n, text)| format!("{}. {text}\n\n", n + 1)).collect();
    let made = asha
        .say(
            &["call", "add", "--title", "Future of general practice", "--closes", "2021-12-14T23:45", "-"],
            &call_text,
        )
        .unwrap();
    let call = made["id"].as_str().unwrap();
    asha.say(&["sync"], "").unwrap();
    ben.say(&["sync"], "").unwrap();

    // Each writes every other paragraph of both answers; the one who comes second has the first one's before.
    for (n, question) in questions.iter().enumerate() {
        let number = (n + 1).to_string();
        let below = question["answerBelow"].as_str().unwrap();
        for (part, paragraph) in below.split("\n\n").filter(|part| !part.trim().is_empty()).enumerate() {
            let (writer, other) = if part % 2 == 0 { (&asha, &ben) } else { (&ben, &asha) };
            writer.say(&["answer", "append", call, &number, "-"], paragraph).unwrap();
            writer.say(&["sync"], "").unwrap();
            other.say(&["sync"], "").unwrap();
        }
    }
    let words_of = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    for (n, question) in questions.iter().enumerate() {
        let written = asha.text(call, &(n + 1).to_string()).unwrap();
        let plain = |text: &str| words_of(text).into_iter().filter(|word| word != "•").collect::<Vec<_>>();
        assert_eq!(plain(&written), plain(question["answerBelow"].as_str().unwrap()), "question {}", n + 1);
    }

    for format in ["markdown", "text"] {
        let out = folder.path().join(format!("response.{format}"));
        ben.say(&["export", call, "--format", format, "--out", out.to_str().unwrap()], "").unwrap();
        let file = std::fs::read_to_string(&out).unwrap();
        for text in &asked {
            assert!(file.contains(text), "{format}: {text}");
        }
        if real.is_some() {
            assert!(
                file.contains("There is a well-documented workforce crisis in practice management"),
                "{format}"
            );
            assert!(file.contains("Parity of esteem and formal acknowledgement"), "{format}");
        }
    }
}

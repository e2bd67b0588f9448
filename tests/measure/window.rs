//! Measures the real window with 1,000 answers in the store: how long until words can be written, how long from
//! a key to the screen and to the disk in an answer of 10,000 words, and the memory of all its processes.
//! Prints one line of JSON a figure. Not a test: figures depend on the computer.
#![expect(clippy::print_stdout, reason = "printing is what a measurement does")]
#![expect(clippy::disallowed_methods, reason = "the programs run as people run them")]

#[path = "memory.rs"]
mod memory;
#[path = "../desktop/screen.rs"]
mod screen;
#[path = "../desktop/stage.rs"]
#[expect(dead_code, reason = "the stories use what this does not")]
mod stage;
#[path = "../desktop/window.rs"]
#[expect(dead_code, reason = "the stories use what this does not")]
mod window;

use anyhow::{Context, Result, ensure};
use linchpin_commands::calls::QuestionDraft;
use linchpin_tests::linchpin::Desk;
use linchpin_tests::words::words;
use serde_json::{Value, json};
use stage::Stage;
use std::time::{Duration, Instant};
use window::Window;

const CALLS: usize = 10;
const QUESTIONS: usize = 100;
const WORDS: usize = 120;
const LONG: usize = 10_000;
/// Letters that are timed one by one, and bursts of typing that are timed to the disk.
const LETTERS: usize = 300;
const BURSTS: usize = 300;
/// One start more than are counted: the first fills the system's cache of files.
const STARTS: usize = 6;
const LIMIT: Duration = Duration::from_secs(60);

/// Notes when a key was pressed, when the frame after it was handed to the screen, and when Rust had answered for
/// the words. The timestamp of a key is the system's, so time spent waiting for the page counts.
const WATCH: &str = "
window.timed = { paint: [], disk: [], key: 0 };
addEventListener('keydown', (event) => {
  const pressed = event.timeStamp;
  timed.key = pressed;
  requestAnimationFrame(() => {
    const painted = new MessageChannel();
    painted.port1.onmessage = () => timed.paint.push(performance.now() - pressed);
    painted.port2.postMessage(null);
  });
}, true);
const ask = window.fetch;
window.fetch = async (...asked) => {
  const last = timed.key;
  const answer = await ask(...asked);
  if (String(asked[0]).includes('append_update')) timed.disk.push(performance.now() - last);
  return answer;
};
return true";

#[tokio::main]
async fn main() -> Result<()> {
    let folder = tempfile::TempDir::new()?;
    let profile = folder.path().join("asha");
    let call = fill(&Desk::new(&profile))?;
    let route = format!("#/consultations/{call}");
    let mut stage = Stage::new(&profile)?;
    let mut starts = Vec::new();
    for _ in 1..STARTS {
        let (window, took) = start(&stage, &route).await?;
        starts.push(took);
        window.close().await?;
        stage = stage.again()?;
    }
    starts.remove(0);
    print("start_p50_s", percentile(&mut starts, 50));
    let (window, _) = start(&stage, &route).await?;
    let (memory, processes) = memory::settled(stage.app()?)?;
    print("memory_mb", memory);
    print("processes", processes);
    typing(&window).await?;
    window.close().await
}

/// Types letters as a fast typist does, some ten a second and never in step with the app's own clocks, then bursts, into the open answer, and reads the times that the page noted.
async fn typing(window: &Window) -> Result<()> {
    window.write(" ").await?;
    window.until_saved().await?;
    window.script(WATCH, vec![]).await?;
    for (n, letter) in (0u64..).zip("the quick brown fox ".chars().cycle().take(LETTERS)) {
        window.type_on(&letter.to_string()).await?;
        tokio::time::sleep(Duration::from_millis(40 + n * 37 % 70)).await;
    }
    let paint = "return timed.paint.splice(0)";
    print("key_to_paint_p95_ms", percentile(&mut times(window, paint, LETTERS / 2).await?, 95));
    window.script("timed.disk.splice(0)", vec![]).await?;
    for _ in 0..BURSTS {
        window.type_on("burst ").await?;
        tokio::time::sleep(Duration::from_millis(600)).await;
    }
    let mut disk = times(window, "return timed.disk.splice(0)", BURSTS / 2).await?;
    print("key_to_disk_p99_ms", percentile(&mut disk, 99));
    Ok(())
}

async fn times(window: &Window, script: &str, least: usize) -> Result<Vec<f64>> {
    let noted = window.script(script, vec![]).await?;
    let times: Vec<f64> = noted.as_array().context("times")?.iter().filter_map(Value::as_f64).collect();
    ensure!(times.len() >= least, "only {} of at least {least} times were noted", times.len());
    Ok(times)
}

/// Opens the app and then, without waiting, the long answer; returns the seconds until it can be written in.
async fn start(stage: &Stage, route: &str) -> Result<(Window, f64)> {
    let began = Instant::now();
    let window = Window::open(stage).await?;
    window.script("location.hash = arguments[0]", vec![json!(route)]).await?;
    let usable = "return !!document.querySelector('.ProseMirror[contenteditable=true]')";
    window.until("the answer can be written in", LIMIT, usable).await?;
    Ok((window, began.elapsed().as_secs_f64()))
}

/// Brings in calls with answers; returns the one whose first answer is long.
fn fill(desk: &Desk) -> Result<String> {
    let person = json!({ "name": "Asha Rao", "practice": "", "passphrase": null, "withSample": false });
    desk.say(&["invoke", "start_offline", "-"], &person.to_string())?;
    let mut long = String::new();
    for call in 0..CALLS {
        let questions: Vec<Value> =
            (0..QUESTIONS).map(|n| question(n, if call == 0 && n == 0 { LONG } else { WORDS })).collect();
        let asked = json!({ "title": format!("Sample {call}"), "asker": "", "kind": "consultation",
            "nation": "ukWide", "closes": null, "link": "", "wordLimit": null, "questions": questions });
        let saved = desk.say(&["invoke", "save_call", "-"], &asked.to_string())?;
        if call == 0 {
            saved.get("id").and_then(Value::as_str).context("a call has an id")?.clone_into(&mut long);
        }
    }
    Ok(long)
}

fn question(n: usize, length: usize) -> Value {
    let seed = u64::try_from(n).unwrap_or(0);
    let text: Vec<String> = words(seed, "w", length).chunks(80).map(|part| part.join(" ")).collect();
    let draft = QuestionDraft {
        number: (n + 1).to_string(),
        text: format!("What of sample matter {n}?"),
        answer_below: text.join("\n\n"),
        ..QuestionDraft::default()
    };
    json!(draft)
}

fn percentile(times: &mut [f64], percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

fn print(name: &str, value: f64) {
    println!("{{\"figure\":\"{name}\",\"value\":{value:.3}}}");
}

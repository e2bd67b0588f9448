//! One window of the app, driven by what a person sees: roles, names and words, never classes.

use crate::stage::{Stage, pictures};
use anyhow::{Context, Result, bail};
use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use linchpin_tests::programs::program;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long the app may take to start, and a step to show.
const START: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_secs(20);
/// From the page's frame to the display's.
const DRAWN: Duration = Duration::from_millis(300);

/// What WebDriver calls a reference to an element (W3C WebDriver, 11).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Finds an element by role and accessible name. Written out because the driver has no such locator.
const BY_NAME: &str = r#"
const [role, name] = arguments;
const tags = { button: 'button:not([role]),[role=button]', link: 'a[href]', textbox: 'input,textarea,[role=textbox],[contenteditable=true]',
  tab: '[role=tab]', heading: 'h1,h2,h3', option: '[role=option]', checkbox: 'input[type=checkbox],[role=checkbox]',
  radio: 'input[type=radio],[role=radio]', combobox: 'select,[role=combobox]', menuitem: '[role=menuitem]', any: '*' };
const text = (e) => (e.getAttribute('aria-label')
  || (e.getAttribute('aria-labelledby') || '').split(' ').map((id) => document.getElementById(id)?.textContent || '').join(' ').trim()
  || (e.labels && [...e.labels].map((l) => l.textContent).join(' '))
  || e.textContent || e.value || '').replace(/\s+/g, ' ').trim();
const shown = (e) => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0; };
const all = [...document.querySelectorAll(tags[role] || '[role=' + role + ']')].filter(shown);
return all.find((e) => text(e) === name) || all.find((e) => text(e).startsWith(name)) || all.find((e) => text(e).includes(name)) || null;
"#;

/// A window of the app.
pub(crate) struct Window {
    client: Client,
    screen: PathBuf,
}

impl Window {
    /// Opens the app on a stage and waits until it can be used.
    pub(crate) async fn open(stage: &Stage) -> Result<Self> {
        let app = program("linchpin-desktop")?;
        let options = json!({ "binary": app, "args": ["--profile", stage.profile()] });
        let capabilities = [("webkitgtk:browserOptions".to_owned(), options)].into_iter().collect();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&stage.driver_url())
            .await
            .context("open the app through the driver")?;
        let window = Self { client, screen: stage.screen() };
        window
            .until("the window is ready", START, "return document.documentElement.hasAttribute('data-ready')")
            .await?;
        Ok(window)
    }

    /// Waits until a script returns true.
    pub(crate) async fn until(&self, what: &str, limit: Duration, script: &str) -> Result<()> {
        let began = Instant::now();
        loop {
            if self.script(script, vec![]).await.is_ok_and(|value| value == Value::Bool(true)) {
                return Ok(());
            }
            if began.elapsed() > limit {
                bail!("after {limit:?} still not: {what}. {}", self.shown().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the window shows these words.
    pub(crate) async fn until_shows(&self, words: &str) -> Result<()> {
        let quoted = Value::String(words.to_owned());
        let script = format!("return document.body.innerText.replace(/\\s+/g, ' ').includes({quoted})");
        self.until(&format!("shows \"{words}\""), STEP, &script).await
    }

    /// Returns the element of a role and name, once it is there.
    pub(crate) async fn find(&self, role: &str, name: &str) -> Result<Element> {
        let began = Instant::now();
        loop {
            let found = self.client.execute(BY_NAME, vec![json!(role), json!(name)]).await;
            if let Ok(value) = found
                && let Some(element) = value.get(ELEMENT).and_then(Value::as_str)
            {
                return Ok(Element::from_element_id(self.client.clone(), element.to_owned().into()));
            }
            if began.elapsed() > STEP {
                bail!("no {role} \"{name}\". {}", self.shown().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Presses a button, link or tab.
    pub(crate) async fn press(&self, role: &str, name: &str) -> Result<()> {
        self.find(role, name).await?.click().await.with_context(|| format!("press {name}"))
    }

    /// Goes to an address of the app, as a link would.
    pub(crate) async fn go_to(&self, address: &str) -> Result<()> {
        self.script("location.hash = arguments[0]", vec![json!(address)]).await.map(|_| ())
    }

    /// Types into a named field.
    pub(crate) async fn fill(&self, name: &str, text: &str) -> Result<()> {
        let field = self.find("textbox", name).await?;
        field.click().await.with_context(|| format!("go to {name}"))?;
        // The driver drops a bare line end; a person presses Enter.
        let keys = text.replace('\n', &char::from(Key::Enter).to_string());
        field.send_keys(&keys).await.with_context(|| format!("type into {name}"))
    }

    /// Presses Escape where the keyboard is.
    pub(crate) async fn escape(&self) -> Result<()> {
        self.type_on(&char::from(Key::Escape).to_string()).await
    }

    /// Puts the caret at the end of the answer and types.
    pub(crate) async fn write(&self, text: &str) -> Result<()> {
        let editor =
            self.client.wait().at_most(STEP).for_element(Locator::Css("[contenteditable=true]")).await?;
        editor.click().await.context("go to the answer")?;
        let end = format!("{}{}", char::from(Key::Control), char::from(Key::End));
        editor.send_keys(&end).await.context("go to the end")?;
        editor.send_keys(text).await.context("type into the answer")
    }

    /// Types on where the keyboard is.
    pub(crate) async fn type_on(&self, text: &str) -> Result<()> {
        let focused = self.client.active_element().await.context("find where the keyboard is")?;
        focused.send_keys(text).await.context("type on")
    }

    /// Opens a question of the open call by its words.
    pub(crate) async fn question(&self, number: &str, asked: &str) -> Result<()> {
        self.press("link", asked).await?;
        self.find("textbox", &format!("Answer to question {number}")).await.map(|_| ())
    }

    /// Sends and fetches at once, as a person does who knows that the hub is back.
    pub(crate) async fn sync_now(&self) -> Result<()> {
        self.press("link", "Sync and history").await?;
        self.find("heading", "Sync and history").await?;
        let script = "const button = [...document.querySelectorAll('button')]
            .find((one) => ['Try now', 'Send now'].includes(one.textContent.trim()));
            if (button && !button.dataset.pressed) { button.dataset.pressed = 'yes'; button.click(); }
            return document.body.innerText.includes('In touch with the hub')
                && document.body.innerText.includes('Nothing is waiting')";
        self.until("in step with the hub", STEP, script).await
    }

    /// Waits until the window says that everything typed is on disk.
    pub(crate) async fn until_saved(&self) -> Result<()> {
        self.until_shows("Saved on this computer").await
    }

    /// Waits until two windows show the same answer.
    pub(crate) async fn until_answers_equal(&self, other: &Self) -> Result<()> {
        let began = Instant::now();
        loop {
            let (here, there) = (self.answer().await?, other.answer().await?);
            if here == there {
                return Ok(());
            }
            if began.elapsed() > STEP {
                bail!("the two windows show different answers:\n{here}\n---\n{there}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Returns the answer's text as it stands in the editor.
    pub(crate) async fn answer(&self) -> Result<String> {
        let value = self.script("return document.querySelector('.ProseMirror').innerText", vec![]).await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Runs a script in the window.
    pub(crate) async fn script(&self, script: &str, args: Vec<Value>) -> Result<Value> {
        self.client.execute(script, args).await.context("ask the window")
    }

    /// Keeps a picture of the display, as a person would see it. The driver's own pictures can wait for ever on a
    /// window that has nothing new to draw.
    pub(crate) async fn picture(&self, folder: &Path, name: &str) -> Result<()> {
        let drawn =
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done(true)))";
        self.client.execute_async(drawn, vec![]).await.context("wait until it is drawn")?;
        tokio::time::sleep(DRAWN).await;
        crate::screen::save(&self.screen, &folder.join(format!("{name}.png")))
    }

    /// Closes the window by its own button, and waits until the app has ended.
    pub(crate) async fn leave(self, stage: &Stage) -> Result<()> {
        self.press("button", "Close").await?;
        let began = Instant::now();
        while stage.app().is_ok() {
            if began.elapsed() > STEP {
                bail!("the app goes on after its window was closed");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Ends the window from outside, when a story is over.
    pub(crate) async fn close(self) -> Result<()> {
        self.client.close().await.context("close the window")
    }

    /// Says what the window shows where something is missing, and keeps a picture of it.
    async fn shown(&self) -> String {
        let value = self.script("return document.body.innerText", vec![]).await.unwrap_or_default();
        let text = value.as_str().unwrap_or_default().replace('\n', " | ");
        let kept = pictures("failed").and_then(|folder| {
            let name =
                self.screen.ancestors().nth(2).and_then(Path::file_name).context("the stage has a name")?;
            let picture = folder.join(name).with_extension("png");
            crate::screen::save(&self.screen, &picture).map(|()| picture)
        });
        match kept {
            Ok(picture) => format!("The window ({}) shows: {text}", picture.display()),
            Err(error) => format!("The window (no picture: {error}) shows: {text}"),
        }
    }
}

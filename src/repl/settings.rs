//! What a person may choose about the prompt: `name = value` lines in `~/.config/mf/config` (or the file that
//! `MF_CONFIG` names), `MF_EDIT_MODE`, and `:set name value` at the prompt for the session.

use std::path::PathBuf;

/// How many entries of the history are kept.
const HISTORY: usize = 10_000;

/// A setting's name, its choices, and what it is for.
const LIST: [(&str, &str, &str); 6] = [
    ("editing", "emacs, vi", "the keys that edit a line"),
    ("hints", "on, off", "show the rest of an earlier entry that begins like this one"),
    ("confirm_exit", "on, off", "leave only at the second Ctrl-D"),
    ("shell", "on, off", "`!command` runs a command of the shell; when off, `!` is only `not`"),
    ("pager", "on, off", "show what is longer than the window in a pager ($PAGER, or less)"),
    ("history", "a number", "so many entries are kept, with 0 none; from the next session on"),
];

/// The choices in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Whether the keys are those of vi.
    pub vi: bool,
    /// Whether hints from the history are shown.
    pub hints: bool,
    /// Whether Ctrl-D asks first.
    pub confirm_exit: bool,
    /// Whether `!command` runs a command.
    pub shell: bool,
    /// Whether long help goes through a pager.
    pub pager: bool,
    /// How many entries of the history are kept.
    pub history: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            vi: false,
            hints: true,
            confirm_exit: false,
            shell: false,
            pager: true,
            history: HISTORY,
        }
    }
}

impl Settings {
    /// Those of the user's file and environment, and what is wrong with them.
    pub fn load() -> (Settings, Vec<String>) {
        let path = path();
        let text = path.as_ref().and_then(|path| std::fs::read_to_string(path).ok());
        let name = path.map(|path| path.display().to_string()).unwrap_or_default();
        let (mut settings, mut faults) = Settings::read(&name, &text.unwrap_or_default());
        if let Ok(mode) = std::env::var("MF_EDIT_MODE")
            && let Err(fault) = settings.set("editing", &mode)
        {
            faults.push(format!("MF_EDIT_MODE: {fault}"));
        }
        (settings, faults)
    }

    /// The settings in a file's text, and a sentence for each line that is none.
    fn read(file: &str, text: &str) -> (Settings, Vec<String>) {
        let (mut settings, mut faults) = (Settings::default(), Vec::new());
        for (i, line) in text.lines().enumerate() {
            let line = line.split(['#', '%']).next().unwrap_or_default().trim();
            let (name, value) = line.split_once('=').unwrap_or((line, ""));
            if !line.is_empty()
                && let Err(fault) = settings.set(name.trim(), value.trim().trim_matches('"'))
            {
                faults.push(format!("{file}, line {}: {fault}", i + 1));
            }
        }
        (settings, faults)
    }

    /// Changes one; or says why not.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let Some((_, choices, _)) = LIST.iter().find(|(known, ..)| *known == name) else {
            let names = LIST.map(|(name, ..)| name).join(", ");
            return Err(format!("there is no setting `{name}`; there are {names}"));
        };
        let wrong = || format!("{name} is one of {choices}, not `{value}`");
        let switch = || match value {
            "on" | "yes" | "true" | "1" => Ok(true),
            "off" | "no" | "false" | "0" => Ok(false),
            _ => Err(wrong()),
        };
        match name {
            "editing" => {
                self.vi = match value {
                    "vi" => true,
                    "emacs" => false,
                    _ => return Err(wrong()),
                }
            }
            "hints" => self.hints = switch()?,
            "confirm_exit" => self.confirm_exit = switch()?,
            "shell" => self.shell = switch()?,
            "pager" => self.pager = switch()?,
            _ => {
                self.history =
                    value.parse().map_err(|_| format!("{name} is {choices}, not `{value}`"))?
            }
        }
        Ok(())
    }

    /// All settings with their values, choices and meanings.
    pub fn listing(&self) -> String {
        let switch = |on: bool| if on { "on" } else { "off" }.to_string();
        let values = [
            if self.vi { "vi" } else { "emacs" }.to_string(),
            switch(self.hints),
            switch(self.confirm_exit),
            switch(self.shell),
            switch(self.pager),
            self.history.to_string(),
        ];
        let mut text = String::from(":set NAME VALUE changes a setting for this session.\n\n");
        for ((name, choices, meaning), value) in LIST.iter().zip(values) {
            text += &format!("  {name:<13} {value:<6} {meaning} ({choices})\n");
        }
        if let Some(path) = path() {
            text += &format!(
                "\nLines such as `editing = vi` in {} are for all sessions.\n",
                path.display()
            );
        }
        text
    }
}

/// Where the settings are kept.
fn path() -> Option<PathBuf> {
    match std::env::var_os("MF_CONFIG") {
        Some(path) => Some(path.into()),
        None => Some(dirs::config_dir()?.join("mf").join("config")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_line_by_line() {
        let text = "# mine\nediting = vi\n\nhints=off % no\nhistory = \"50\"\n";
        let (settings, faults) = Settings::read("config", text);
        assert!(settings.vi && !settings.hints && settings.history == 50, "{settings:?}");
        assert!(faults.is_empty(), "{faults:?}");
        let (settings, faults) = Settings::read("config", "editing = ed\nfoo = 1\nhistory = -1");
        assert_eq!(settings, Settings::default());
        assert!(faults[0].contains("line 1") && faults[0].contains("emacs, vi"), "{faults:?}");
        assert!(faults[1].contains("no setting `foo`") && faults.len() == 3, "{faults:?}");
    }

    #[test]
    fn every_setting_is_listed_and_can_be_set() {
        let mut settings = Settings::default();
        let listing = settings.listing();
        for (name, choices, _) in LIST {
            assert!(listing.contains(name));
            let value = choices.split(", ").next().filter(|c| *c != "a number").unwrap_or("7");
            settings.set(name, value).unwrap();
        }
        assert!(settings.set("hints", "perhaps").is_err());
    }
}

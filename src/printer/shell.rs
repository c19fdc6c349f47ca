//! Programs that a person has named in `$EDITOR` or `$PAGER`.

use std::process::{Command, ExitStatus};

/// What a shell ends with when it cannot start a program.
const NOT_STARTED: [i32; 2] = [126, 127];

/// What a shell does not take for part of a word.
#[cfg(unix)]
const SPECIAL: &str = "|&;<>()$`\\\"' \t\n*?[#~=%";

/// A command of the user's, behind which arguments may follow. Where it is more than a program's name it is the
/// shell's to read, as it is for git.
#[cfg(unix)]
pub fn command(line: &str) -> Command {
    if !line.contains(|c| SPECIAL.contains(c)) {
        return Command::new(line);
    }
    let mut shell = Command::new("sh");
    // The word after the text is what `$0` stands for.
    shell.arg("-c").arg(format!("{line} \"$@\"")).arg(line);
    shell
}

/// A command of the user's, behind which arguments may follow.
#[cfg(not(unix))]
pub fn command(line: &str) -> Command {
    let mut words = line.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}

/// Whether the shell found nothing that it could run.
pub fn is_missing(status: ExitStatus) -> bool {
    status.code().is_some_and(|code| NOT_STARTED.contains(&code))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_a_shell_does() {
        let says = |line: &str, argument: &str| {
            let output = command(line).arg(argument).output().unwrap();
            String::from_utf8(output.stdout).unwrap()
        };
        assert_eq!(says("echo", "a  b"), "a  b\n");
        assert_eq!(says("'echo' -n", "a  b"), "a  b");
        assert_eq!(says("echo x | cat", "-"), "x\n");
        assert!(command("no-such-editor").status().is_err());
        assert!(is_missing(command("no-such-editor -w 2>/dev/null").status().unwrap()));
    }
}

//! The command line (layer 5): what was asked for, and which front end does it.
//!
//! Exit status: 0 on success, 1 after an error of the program or of a front end, 2 for a wrong command line, 130
//! when interrupted, and whatever the program gave to `exit`.

use crate::kernel::{self, Location};
use crate::run::{self, Program};
use crate::session::Session;
use clap::{Args, Parser, Subcommand};
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

/// Factor matrices: without arguments, at a prompt.
#[derive(Parser)]
#[command(name = "mf", version, disable_help_subcommand = true)]
#[command(args_conflicts_with_subcommands = true)]
struct Cli {
    /// Run this text instead of a script; may be given several times
    #[arg(short, long = "eval", value_name = "EXPR", allow_hyphen_values = true)]
    #[arg(conflicts_with = "script")]
    eval: Vec<String>,

    /// The script to run; `-` reads it from standard input
    script: Option<PathBuf>,

    /// What the script finds in `argv()`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    args: Vec<String>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Show the help of a function, or an overview
    Help {
        /// A function, operator or topic
        name: Option<String>,
    },
    /// Use mf in Jupyter
    #[command(subcommand)]
    Kernel(Kernel),
}

#[derive(Subcommand)]
enum Kernel {
    /// Let Jupyter know of this program
    Install(Kernelspec),
    /// Undo `install`
    Uninstall(Kernelspec),
    /// Serve one notebook; Jupyter runs this
    Start {
        /// The connection file that Jupyter wrote
        #[arg(short = 'f', long, value_name = "FILE")]
        connection_file: PathBuf,
    },
}

#[derive(Args)]
struct Kernelspec {
    /// In your own Jupyter directory (this is the default)
    #[arg(long, conflicts_with_all = ["sys_prefix", "prefix"])]
    user: bool,
    /// In the active Python environment
    #[arg(long, conflicts_with = "prefix")]
    sys_prefix: bool,
    /// In DIR/share/jupyter
    #[arg(long, value_name = "DIR")]
    prefix: Option<PathBuf>,
    /// The kernel's name, as in `jupyter console --kernel NAME`
    #[arg(long, default_value = "mf")]
    name: String,
}

impl Kernelspec {
    fn location(&self) -> Location {
        match &self.prefix {
            Some(directory) => Location::Prefix(directory.clone()),
            None if self.sys_prefix => Location::SysPrefix,
            None => Location::User,
        }
    }
}

/// A panic on the threads where programs run becomes a diagnostic that asks for a report; Rust's own message would
/// only scramble the prompt.
fn quiet_panics_of_programs() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().name().is_none_or(|name| !name.starts_with("mf-")) {
            default(panic);
        }
    }));
}

/// Reads the command line and does what it asks for; the exit status.
pub fn main() -> i32 {
    quiet_panics_of_programs();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is no reason to complain.
            let _ = error.print();
            return error.exit_code();
        }
    };
    match cli.command {
        Some(Command::Help { name }) => run::run(&help(name.as_deref())),
        Some(Command::Kernel(command)) => kernel(&command),
        None => match program(&cli) {
            Ok(Some(program)) => run::run(&program),
            Ok(None) => crate::repl::run(Session::start()),
            Err(sentence) => complain(&sentence),
        },
    }
}

/// The script that was named; what is piped into the program is one too.
fn script(cli: &Cli) -> Option<&Path> {
    let piped = || (!std::io::stdin().is_terminal()).then_some(Path::new("-"));
    cli.script.as_deref().or_else(piped)
}

/// What to run; `None` is the prompt.
fn program(cli: &Cli) -> Result<Option<Program>, String> {
    let mut program = if !cli.eval.is_empty() {
        Program::new("-e", cli.eval.join("\n"), Path::new(""), "mf")
    } else if let Some(script) = script(cli) {
        let mut bytes = Vec::new();
        let name = if script == Path::new("-") {
            std::io::stdin().read_to_end(&mut bytes).map_err(|e| format!("standard input: {e}"))?;
            "standard input".into()
        } else {
            bytes = std::fs::read(script)
                .map_err(|e| format!("cannot read {}: {e}", script.display()))?;
            script.to_string_lossy()
        };
        let text = String::from_utf8(bytes).map_err(|e| {
            let place = e.utf8_error().valid_up_to() + 1;
            format!("{name} is not a program: its byte {place} is not UTF-8 text")
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let (directory, stem) = match script.file_stem() {
            Some(stem) if script != Path::new("-") => {
                (script.parent().unwrap_or(Path::new("")), stem.to_string_lossy())
            }
            _ => (Path::new(""), "mf".into()),
        };
        Program::new(&name, text, directory, &stem)
    } else {
        return Ok(None);
    };
    program.args = cli.args.clone();
    Ok(Some(program))
}

fn help(name: Option<&str>) -> Program {
    let text = match name {
        None => "help".to_string(),
        Some(name) => {
            let quoted = name.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            format!("help(\"{quoted}\")")
        }
    };
    Program::new("help", text, Path::new(""), "mf")
}

fn kernel(command: &Kernel) -> i32 {
    let (done, directory) = match command {
        Kernel::Start { connection_file } => match kernel::start(connection_file) {
            Ok(()) => return 0,
            Err(error) => return complain(&error.to_string()),
        },
        Kernel::Install(spec) => ("installed", kernel::install(&spec.location(), &spec.name)),
        Kernel::Uninstall(spec) => ("removed", kernel::uninstall(&spec.location(), &spec.name)),
    };
    match directory {
        Ok(directory) => {
            let _ = writeln!(std::io::stdout(), "{done} the kernelspec {}", directory.display());
            0
        }
        Err(error) => complain(&error.to_string()),
    }
}

/// Prints why nothing was run; the exit status.
fn complain(sentence: &str) -> i32 {
    let _ = writeln!(std::io::stderr(), "error: {sentence}");
    1
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_declaration_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn scripts_keep_their_arguments() {
        let cli = parse("mf a.mf --k 5 -v kernel").unwrap();
        assert_eq!(cli.script.as_deref(), Some(Path::new("a.mf")));
        assert_eq!(cli.args, ["--k", "5", "-v", "kernel"]);
        assert!(parse("mf -").unwrap().script.is_some());
    }

    #[test]
    fn expressions_may_start_with_a_minus() {
        assert_eq!(parse("mf -e -1 -e 2").unwrap().eval, ["-1", "2"]);
    }

    #[test]
    fn bad_usage_has_status_2() {
        for line in [
            "mf --frob",
            "mf -e",
            "mf kernel",
            "mf kernel start",
            "mf kernel install --user --sys-prefix",
        ] {
            assert_eq!(parse(line).err().map(|e| e.exit_code()), Some(2), "{line}");
        }
    }
}

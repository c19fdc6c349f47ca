//! The command line (layer 5): what was asked for, and which front end does it.
//!
//! Exit status: 0 on success, 1 after an error of the program or of a front end, 2 for a wrong command line, 130
//! when interrupted, and whatever the program gave to `exit`. A reader of the output that leaves early is no error.

mod startup;

use crate::check;
use crate::formatting;
use crate::kernel::{self, Location};
use crate::reference;
use crate::repl;
use crate::run::{self, Program};
use crate::session::Session;
use crate::sources::{self, STANDARD_INPUT};
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;
use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Factor matrices: without arguments, at a prompt.
#[derive(Parser)]
#[command(name = "mf", version, disable_help_subcommand = true)]
#[command(args_conflicts_with_subcommands = true)]
#[command(
    after_help = "At a prompt, ~/.config/mf/init.mf runs first; MF_PATH lists folders of functions."
)]
struct Cli {
    /// Run this text instead of a script; may be given several times
    #[arg(short, long = "eval", value_name = "EXPR", allow_hyphen_values = true)]
    #[arg(conflicts_with = "program")]
    eval: Vec<String>,

    /// Go on at a prompt, with the variables of the script or text
    #[arg(short, long)]
    interactive: bool,

    /// Do not greet at the prompt
    #[arg(short, long)]
    quiet: bool,

    /// Do not run init.mf before the prompt
    #[arg(long)]
    no_init: bool,

    /// The script to run, `-` for standard input, and what it finds in `argv()`
    #[arg(trailing_var_arg = true, value_name = "SCRIPT [ARGUMENTS]")]
    program: Vec<OsString>,

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
    /// Tell what is wrong with programs without running them
    Check {
        /// One line for each finding: `file:line:column: error: …`
        #[arg(long)]
        short: bool,
        /// Files, notebooks, folders, or `-` for standard input
        #[arg(required = true, value_name = "FILE")]
        paths: Vec<PathBuf>,
    },
    /// Show the help of a function, or write the whole reference
    Doc {
        /// Write the reference for a browser into this folder, its examples run
        #[arg(long, value_name = "FOLDER", conflicts_with = "name")]
        html: Option<PathBuf>,
        /// A function, operator or topic
        name: Option<String>,
    },
    /// Lay out programs
    Fmt {
        /// Only tell which files are not laid out; then the status is 1
        #[arg(long)]
        check: bool,
        /// Files, folders, or `-` for standard input
        #[arg(required = true, value_name = "FILE")]
        paths: Vec<PathBuf>,
    },
    /// Print what completes command lines of mf in a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page, in the form that `man` reads
    Man,
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
    match &cli.command {
        Some(command) => command.run(),
        None => match program(&cli) {
            Ok(Some(program)) if !cli.interactive => run::run(&program),
            Ok(program) => prompt(&cli, program),
            Err(sentence) => complain(&sentence),
        },
    }
}

impl Command {
    fn run(&self) -> i32 {
        match self {
            Command::Help { name } => run::run(&help(name.as_deref())),
            Command::Check { short, paths } => check::run(paths, *short),
            Command::Doc { html: Some(folder), .. } => reference::write(folder),
            Command::Doc { name, .. } => run::run(&help(name.as_deref())),
            Command::Fmt { check, paths } => formatting::run(paths, *check),
            Command::Completions { shell } => {
                let mut text = Vec::new();
                clap_complete::generate(*shell, &mut Cli::command(), "mf", &mut text);
                print(&text)
            }
            Command::Man => {
                let mut text = Vec::new();
                // Writing to memory does not fail.
                let _ = clap_mangen::Man::new(Cli::command()).render(&mut text);
                print(&text)
            }
            Command::Kernel(command) => kernel(command),
        }
    }
}

/// What to run before the prompt, or instead of one. What is piped into the program is a script too.
fn program(cli: &Cli) -> Result<Option<Program>, String> {
    if !cli.eval.is_empty() {
        return Ok(Some(Program::new("-e", cli.eval.join("\n"), Path::new(""), "mf")));
    }
    let is_piped = || !cli.interactive && !std::io::stdin().is_terminal();
    let script = match &cli.program[..] {
        [script, ..] => Path::new(script),
        [] if is_piped() => Path::new(STANDARD_INPUT),
        [] => return Ok(None),
    };
    let source = sources::read(script)?;
    let (directory, stem) = match script.file_stem() {
        Some(stem) if script != Path::new(STANDARD_INPUT) => {
            (script.parent().unwrap_or(Path::new("")), stem.to_string_lossy())
        }
        _ => (Path::new(""), "mf".into()),
    };
    let mut program = Program::new(&source.name, source.text.clone(), directory, &stem);
    let arguments = cli.program.iter().skip(1);
    program.args = arguments.map(|argument| argument.to_string_lossy().into_owned()).collect();
    Ok(Some(program))
}

/// The prompt, after the user's own start-up file and the program that was asked for.
fn prompt(cli: &Cli, program: Option<Program>) -> i32 {
    let arguments = program.as_ref().map(|program| program.args.clone()).unwrap_or_default();
    let session = Arc::new(Session::start_with(arguments));
    let own = if cli.no_init { None } else { startup::program() };
    for program in own.iter().chain(&program) {
        let end = run::run_in(&session, program);
        if end.leaves {
            return end.status;
        }
    }
    repl::run(session, cli.quiet)
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
            print(format!("{done} the kernelspec {}\n", directory.display()).as_bytes())
        }
        Err(error) => complain(&error.to_string()),
    }
}

/// Prints a text; the exit status. A reader that has seen enough is no error.
fn print(text: &[u8]) -> i32 {
    match std::io::stdout().write_all(text) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            complain(&format!("cannot write the output: {}", sources::reason(&error)))
        }
        _ => 0,
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

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_declaration_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn scripts_keep_their_arguments() {
        for arguments in ["--k 5 -v kernel", "--help -e -i --version", "-- -q --no-init", "- -"] {
            let cli = parse(&format!("mf a.mf {arguments}")).unwrap();
            let given = cli.program.iter().map(|word| word.to_str().unwrap()).collect::<Vec<_>>();
            assert_eq!(given.join(" "), format!("a.mf {arguments}"));
            assert!(!cli.interactive && !cli.quiet && cli.eval.is_empty());
        }
        assert_eq!(parse("mf -").unwrap().program, ["-"]);
        assert_eq!(parse("mf -i -- -odd.mf -x").unwrap().program, ["-odd.mf", "-x"]);
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

//! The manual page: what `--help` says of the program and of each of its commands, in one page.
//!
//! clap_mangen writes a page for each command; here their sections become parts of the program's own.

use clap::Command;
use clap_mangen::Man;
use std::io;

/// The page, in the form that `man` reads.
pub fn page(mut program: Command) -> io::Result<Vec<u8>> {
    program.build();
    let mut page = Vec::new();
    let man = Man::new(program.clone());
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_options_section(&mut page)?;
    for command in program.get_subcommands() {
        part("mf", command, &mut page)?;
    }
    // The lines of a table stay lines.
    let around = program.get_after_help().map(|text| text.to_string()).unwrap_or_default();
    for block in around.split("\n\n") {
        let (heading, lines) = block.split_once(":\n").unwrap_or(("", block));
        let lines = lines.replace('\\', "\\e").replace('-', "\\-");
        let section = format!(".SH {}\n.nf\n{lines}\n.fi\n", heading.to_uppercase());
        page.extend(section.into_bytes());
    }
    Ok(page)
}

/// The section on one command, and those on the commands it has.
fn part(outer: &str, command: &Command, page: &mut Vec<u8>) -> io::Result<()> {
    let name = format!("{outer} {}", command.get_name());
    let inner: Vec<&Command> = command.get_subcommands().collect();
    if !inner.is_empty() {
        return inner.into_iter().try_for_each(|command| part(&name, command, page));
    }
    let man = Man::new(command.clone().display_name(&name));
    let mut text = Vec::new();
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    let text = String::from_utf8_lossy(&text)
        .replace(".SH SYNOPSIS", &format!(".SH {}", name.to_uppercase()))
        .replace(".SH DESCRIPTION", ".PP")
        .replace(".SH OPTIONS", ".PP");
    page.extend(text.into_bytes());
    Ok(())
}

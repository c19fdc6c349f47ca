//! The `mf` program: see [`mf::cli`].

fn main() {
    std::process::exit(mf::cli::main());
}

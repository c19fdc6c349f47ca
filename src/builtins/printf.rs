//! `printf` templates.

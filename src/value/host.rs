//! What a function may ask of the program that calls it.
//!
//! Built-in functions and the evaluator know nothing of each other; this trait is all they share.

use super::{Arguments, Call, Callable, Fault, Figures, Reports, Result, Value};
use matfac::data::{Interrupt, Monitor};
use matfac::linalg::Random;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A variable as `who` and `whos` list it.
pub type Variable = (Arc<str>, Value);

/// The function that calls a built-in one.
#[derive(Debug, Clone)]
pub struct Running {
    /// Its name.
    pub name: Arc<str>,
    /// Its comment.
    pub doc: Arc<str>,
    /// How it is called: `[a, b] = f(x, k=2)`.
    pub signature: String,
    /// Whether it is a part of mf.
    pub is_library: bool,
}

/// How the running function was called.
#[derive(Debug, Clone, Default)]
pub struct CallInfo {
    /// How many arguments it was given.
    pub nargin: usize,
    /// How many outputs are wanted.
    pub nargout: usize,
    /// Which of them are thrown away at once (`[~, b] = f()`); empty when none is.
    pub ignored: Vec<bool>,
}

/// The running program, as a function sees it.
pub trait Host {
    /// Calls a function.
    fn call(&mut self, f: &Callable, args: Arguments, nargout: usize) -> Result<Vec<Value>>;
    /// The value of an expression given as text.
    fn evaluate(&mut self, expression: &str) -> Result<Value>;
    /// Runs a text in the workspace of the caller. With `nargout` > 0 it must be one expression, whose values are
    /// returned.
    fn run_text(&mut self, text: &str, nargout: usize) -> Result<Vec<Value>>;
    /// Runs the script in a file in the workspace of the caller.
    fn run_file(&mut self, path: &str) -> Result<()>;
    /// Does `work` in the workspace (`base`), or in the frame of whoever called the running function.
    fn in_frame(
        &mut self,
        base: bool,
        work: &mut dyn FnMut(&mut dyn Host) -> Result<Vec<Value>>,
    ) -> Result<Vec<Value>>;
    /// Collects what is printed from now on instead of showing it; captures nest.
    fn begin_capture(&mut self);
    /// What was printed since the last `begin_capture`.
    fn end_capture(&mut self) -> String;
    /// How the function that calls this one was called; `None` in the workspace.
    fn call_info(&self) -> Option<&CallInfo>;
    /// Writes to standard output.
    fn print(&mut self, text: &str);
    /// Writes to standard error.
    fn print_error(&mut self, text: &str);
    /// Shows long text in a pager.
    fn page(&mut self, text: &str);
    /// Clears what was shown.
    fn clear_screen(&mut self);
    /// Reports something that stops nothing, unless warnings of this identifier are to be errors.
    fn warn(&mut self, identifier: &str, message: &str) -> Result<()>;
    /// The last error and warning, and which warnings are shown.
    fn reports(&mut self) -> &mut Reports;
    /// The function whose statement is running; `None` in the workspace.
    fn running(&self) -> Option<Running>;
    /// How the call that runs the function is written; `None` in the workspace.
    fn call_text(&self) -> Option<String>;
    /// What is being evaluated, as it is written.
    fn text_here(&self) -> Option<String>;
    /// The functions that are running, innermost first.
    fn call_stack(&self) -> Vec<Call>;
    /// Asks the user for a line.
    fn input(&mut self, prompt: &str) -> Result<String>;
    /// Shows a value as a statement without a semicolon would.
    fn display(&mut self, name: &str, value: &Value);
    /// Shows what is ready to be shown.
    fn show(&mut self, shown: super::Shown);
    /// The program's stream of random numbers.
    fn random(&mut self) -> &mut Random;
    /// The figures that are being drawn.
    fn figures(&mut self) -> &mut Figures;
    /// Hands finished figures to the front end.
    fn show_figures(&mut self);
    /// The flag that asks to stop.
    fn interrupt(&self) -> &Interrupt;
    /// For long computations: the flag, and where to report steps.
    fn monitor(&self) -> Monitor;
    /// The variables in sight, sorted by name.
    fn variables(&self) -> Vec<Variable>;
    /// Sets a variable in sight.
    fn set_variable(&mut self, name: &str, value: Value) -> Result<()>;
    /// Forgets variables; all when `names` is empty.
    fn clear_variables(&mut self, names: &[&str]);
    /// Forgets what functions keep from call to call.
    fn clear_persistent(&mut self);
    /// The function of this name, whatever it is written in.
    fn function(&mut self, name: &str) -> Option<Callable>;
    /// The help text of a function, or `None`.
    fn help(&mut self, name: &str) -> Option<String>;
    /// Every function's name and one-line summary, by group.
    fn catalogue(&mut self) -> Vec<(String, String, String)>;
    /// Where a file to read is: a relative path starts at the current directory, or else beside the script.
    fn locate(&self, path: &str) -> String;
    /// The arguments the script was started with.
    fn script_arguments(&self) -> Vec<String>;
    /// How matrices are printed, and how wide the window is.
    fn style(&mut self) -> &mut super::Style;
    /// When `tic` was last called.
    fn stopwatch(&mut self) -> &mut Option<std::time::Instant>;
}

/// Library calls that cannot be polled and were left behind by an interrupt.
static ABANDONED: AtomicUsize = AtomicUsize::new(0);
const MAX_ABANDONED: usize = 2;
/// Below this many floating-point operations a call ends sooner than the user's finger lifts.
const WORTH_A_THREAD: f64 = 1e9;

/// A call, given the pool to run in where there is one.
type Job = Box<dyn FnOnce(Option<&rayon::ThreadPool>) + Send>;

/// A thread with a pool of its own, which waits for calls; it ends with its sender.
struct Worker(Sender<Job>);

/// A worker that has nothing to do: making a new one with its pool takes as long as a product of order 300.
static IDLE: Mutex<Option<Worker>> = Mutex::new(None);

impl Worker {
    fn idle() -> std::io::Result<Worker> {
        if let Some(worker) = IDLE.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return Ok(worker);
        }
        let (sender, jobs) = channel::<Job>();
        let run = move || {
            // Without a pool of its own the work still gets done, on the shared one.
            let pool = rayon::ThreadPoolBuilder::new().build().ok();
            while let Ok(job) = jobs.recv() {
                job(pool.as_ref());
            }
        };
        std::thread::Builder::new().name("mf-library-call".into()).spawn(run)?;
        Ok(Worker(sender))
    }

    fn rest(self) {
        *IDLE.lock().unwrap_or_else(PoisonError::into_inner) = Some(self);
    }
}

/// Runs a library call that cannot be polled so that an interrupt need not wait for it.
///
/// Small work (by `flops`) runs right here. Large work runs on a kept thread with a thread pool of its own:
/// on a shared pool the next statement would queue behind the abandoned one (measured: 30 times slower).
/// On an interrupt the result is dropped when it comes; at most two such calls may be left behind.
pub fn uninterruptible<T: Send + 'static>(
    host: &mut dyn Host,
    flops: f64,
    bytes: usize,
    work: impl FnOnce() -> matfac::Result<T> + Send + 'static,
) -> Result<T> {
    if flops < WORTH_A_THREAD {
        return Ok(work()?);
    }
    if ABANDONED.load(Ordering::Acquire) >= MAX_ABANDONED {
        return Err(Fault::new("two interrupted computations are still winding down")
            .hint("wait for them to end, or restart"));
    }
    let (sender, receiver) = sync_channel(0);
    let job = move |pool: Option<&rayon::ThreadPool>| {
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| match pool {
            Some(pool) => pool.install(work),
            None => work(),
        }));
        // The channel holds nothing: sending fails exactly when the evaluator has left.
        if sender.send(result).is_err() {
            ABANDONED.fetch_sub(1, Ordering::AcqRel);
        }
    };
    let worker = Worker::idle().map_err(|e| Fault::new(format!("cannot start a thread: {e}")))?;
    if worker.0.send(Box::new(job)).is_err() {
        return Err(Fault::new("a thread for long computations has ended").hint("try again"));
    }
    loop {
        match receiver.recv_timeout(Duration::from_millis(10)) {
            Ok(Ok(result)) => {
                worker.rest();
                return Ok(result?);
            }
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                return Err(Fault::new("the computation ended without a result").hint(
                    "this is a bug in mf; please report it with the statement that led here",
                ));
            }
            Err(RecvTimeoutError::Timeout) if host.interrupt().is_set() => {
                ABANDONED.fetch_add(1, Ordering::AcqRel);
                let megabytes = bytes / 1_000_000;
                let message = format!(
                    "the interrupted computation winds down by itself and holds about {megabytes} MB until then"
                );
                // An interrupt stays one, whatever is made of warnings.
                host.warn("mf:abandoned", &message).ok();
                return Err(Fault::interrupted());
            }
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

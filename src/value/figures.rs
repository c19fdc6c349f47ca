//! The figures a program is drawing: which one is current, and what the next plot does to it.
//!
//! A plot goes into the current axes while they are empty or held. Into axes that have a plot already it does not
//! go: it starts a new figure, so that nothing drawn is ever lost. Figures are shown when the program ends. A title
//! or `hold on` in a later program is meant for the figure shown last, which is then shown again.

use matfac::plot::{Axes, Figure, Ticks};
use std::sync::{Arc, Mutex, PoisonError};

/// A figure that several may hold: the program's list, and variables that `f = plot(…)` made. All see its changes.
#[derive(Debug, Clone)]
pub struct FigureHandle(Arc<Mutex<Arc<Figure>>>);

impl PartialEq for FigureHandle {
    fn eq(&self, other: &FigureHandle) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl FigureHandle {
    fn new(figure: Figure) -> FigureHandle {
        FigureHandle(Arc::new(Mutex::new(Arc::new(figure))))
    }

    /// The figure as it is now.
    pub fn figure(&self) -> Arc<Figure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the figure.
    fn edit<R>(&self, change: impl FnOnce(&mut Figure) -> R) -> R {
        let mut figure = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        change(Arc::make_mut(&mut figure))
    }
}

/// The figures of a running program.
#[derive(Debug, Default)]
pub struct Figures {
    /// Not shown yet, oldest first; the last is the current one.
    pending: Vec<FigureHandle>,
    /// The figure shown last.
    shown: Option<FigureHandle>,
    /// The current axes' place in the current figure.
    place: usize,
    /// Whether the next plot joins the current axes (`hold on`).
    pub hold: bool,
    /// Whether the current axes have a plot.
    drawn: bool,
    /// The numbers that `figure(n)` gave to figures that are not shown yet.
    numbers: Vec<(usize, FigureHandle)>,
    /// Whether the user was told that the current figure waits for a plot.
    told: bool,
}

impl Figures {
    /// The current figure; a new one when there is none.
    pub fn current(&mut self) -> &FigureHandle {
        if self.pending.is_empty() {
            self.start(Figure::default());
        }
        &self.pending[self.pending.len() - 1]
    }

    /// The current figure, or else the one that was shown last.
    pub fn latest(&self) -> Option<&FigureHandle> {
        self.pending.last().or(self.shown.as_ref())
    }

    /// Takes up the figure shown last, when no other is current.
    pub fn reopen(&mut self) {
        if self.pending.is_empty()
            && let Some(shown) = self.shown.clone()
        {
            self.pending.push(shown);
            self.settle();
        }
    }

    /// Makes this the current figure.
    pub fn start(&mut self, figure: Figure) {
        // One that nothing was plotted into would only be in the way.
        if !self.is_drawn() {
            self.pending.pop();
        }
        self.place = figure.axes.len().saturating_sub(1);
        self.hold = false;
        self.drawn = false;
        self.pending.push(FigureHandle::new(figure));
    }

    /// Gives the current figure a number.
    pub fn call(&mut self, number: Option<usize>) {
        let Some(number) = number else { return };
        let handle = self.current().clone();
        self.numbers.retain(|(n, _)| *n != number);
        self.numbers.push((number, handle));
    }

    /// Makes the figure of a number current; whether there is one that is not shown yet.
    pub fn go_to(&mut self, number: usize) -> bool {
        let found =
            self.numbers.iter().find(|(n, _)| *n == number).map(|(_, handle)| handle.clone());
        match found {
            Some(handle) if self.pending.contains(&handle) => {
                self.resume(&handle);
                true
            }
            _ => false,
        }
    }

    /// Makes a figure current, whether it was shown or not.
    pub fn resume(&mut self, handle: &FigureHandle) {
        if !self.is_drawn() && self.pending.last() != Some(handle) {
            self.pending.pop();
        }
        self.pending.retain(|other| other != handle);
        self.pending.push(handle.clone());
        self.settle();
        self.drawn = handle.figure().axes.iter().any(|axes| !axes.marks.is_empty());
    }

    /// Takes a figure out of those that are to be shown.
    pub fn forget(&mut self, handle: &FigureHandle) {
        self.pending.retain(|other| other != handle);
        self.settle();
    }

    /// Empties the current axes, or the whole figure.
    pub fn clear(&mut self, whole: bool) {
        self.reopen();
        let place = self.place;
        self.current().edit(|figure| match figure.axes.get_mut(place) {
            Some(axes) if !whole => *axes = Axes::default(),
            _ => {
                *figure = Figure { size: figure.size, theme: figure.theme, ..Figure::default() };
            }
        });
        if whole {
            self.place = 0;
        }
        self.hold = false;
        self.drawn = false;
    }

    /// Changes what belongs to the whole figure.
    pub fn edit_page<R>(&mut self, change: impl FnOnce(&mut Figure) -> R) -> R {
        self.reopen();
        self.current().edit(change)
    }

    /// Changes the current axes: their title, limits, grid.
    pub fn edit<R>(&mut self, change: impl FnOnce(&mut Axes) -> R) -> R {
        self.reopen();
        let place = self.place;
        self.current().edit(|figure| match figure.axes.get_mut(place) {
            Some(axes) => change(axes),
            None => change(figure.axes_mut()),
        })
    }

    /// Adds a plot to the axes it belongs to.
    pub fn plot<R>(&mut self, draw: impl FnOnce(&mut Axes) -> R) -> R {
        if self.drawn && !self.hold {
            self.start(Figure::default());
        }
        self.current();
        self.drawn = true;
        self.edit(draw)
    }

    /// Adds to the current axes, whether they are held or not.
    pub fn add<R>(&mut self, draw: impl FnOnce(&mut Axes) -> R) -> R {
        let result = self.edit(draw);
        self.drawn = true;
        result
    }

    /// Adds a whole picture; one with a single pair of axes may go where any plot goes.
    pub fn adopt(&mut self, mut figure: Figure) {
        if figure.axes.len() == 1
            && let Some(new) = figure.axes.pop()
        {
            self.plot(|axes| merge(axes, new));
        } else if self.drawn || self.pending.is_empty() {
            self.start(figure);
            self.drawn = true;
        } else {
            // What was asked for of the page that is open and empty stays.
            self.current().edit(|page| {
                let size =
                    if page.size == Figure::default().size { figure.size } else { page.size };
                let (theme, interactive) = (page.theme, page.interactive);
                *page = Figure { size, theme, interactive, ..figure };
            });
            self.drawn = true;
        }
    }

    /// Chooses the axes at `place`, from 0, of a grid. A figure with another grid and a plot is left as it is.
    pub fn select(&mut self, grid: (usize, usize), place: usize) {
        let fits = self.pending.last().is_some_and(|f| f.figure().grid == grid);
        if !fits && self.is_drawn() {
            self.start(Figure::default());
        }
        self.current().edit(|figure| {
            if figure.grid != grid {
                let size = figure.size;
                let fresh = Figure::subplots(grid.0, grid.1, Vec::new());
                *figure = Figure { theme: figure.theme, interactive: figure.interactive, ..fresh };
                // A size that was asked for stays.
                if size != Figure::default().size {
                    figure.size = size;
                }
            }
            while figure.axes.len() <= place {
                figure.axes.push(Axes { visible: false, ..Axes::default() });
            }
            figure.axes[place].visible = true;
        });
        self.place = place;
        self.hold = false;
        self.drawn = self.edit(|axes| !axes.marks.is_empty());
    }

    /// Forgets the current figure.
    pub fn close(&mut self) {
        self.pending.pop();
        self.settle();
    }

    /// Forgets all figures that are not shown yet.
    pub fn close_all(&mut self) {
        self.pending.clear();
        self.settle();
    }

    /// The finished figures, in order. One that nothing was plotted into stays and waits for its plot.
    pub fn finish(&mut self) -> Vec<Arc<Figure>> {
        let waiting = if self.is_drawn() { None } else { self.pending.pop() };
        if let Some(last) = self.pending.last() {
            self.shown = Some(last.clone());
        }
        let finished = self.pending.drain(..).map(|handle| handle.figure()).collect();
        if waiting.is_none() {
            self.settle();
        }
        self.numbers.retain(|(_, handle)| waiting.as_ref() == Some(handle));
        self.pending.extend(waiting);
        finished
    }

    /// Whether something is said of a figure that nothing is plotted into, such as a title, and the user should be
    /// told: once for each such figure.
    pub fn is_waiting(&mut self) -> bool {
        let blank = Axes::default();
        let figure = self.pending.last().filter(|_| !self.is_drawn()).map(FigureHandle::figure);
        let waits = figure.is_some_and(|f| f.axes.iter().any(|axes| *axes != blank));
        let tell = waits && !self.told;
        self.told = waits;
        tell
    }

    /// Whether something is plotted in the current figure.
    fn is_drawn(&self) -> bool {
        self.drawn
            || self
                .pending
                .last()
                .is_some_and(|f| f.figure().axes.iter().any(|axes| !axes.marks.is_empty()))
    }

    /// Makes the state fit a figure that has become the current one, or none.
    fn settle(&mut self) {
        let axes = self.pending.last().map_or(0, |f| f.figure().axes.len());
        self.place = axes.saturating_sub(1);
        self.hold = false;
        self.drawn = !self.pending.is_empty();
    }
}

/// Puts a picture's axes into axes that are empty or held: what the user said of them before stays.
fn merge(axes: &mut Axes, mut new: Axes) {
    if axes.marks.is_empty() {
        new.visible = axes.visible;
        for (said, own) in [
            (&mut axes.title, &mut new.title),
            (&mut axes.x_label, &mut new.x_label),
            (&mut axes.y_label, &mut new.y_label),
        ] {
            if !said.is_empty() {
                *own = std::mem::take(said);
            }
        }
        new.x_limits = axes.x_limits.or(new.x_limits);
        new.y_limits = axes.y_limits.or(new.y_limits);
        new.legend = axes.legend.take().or(new.legend);
        *axes = new;
        return;
    }
    axes.marks.append(&mut new.marks);
    axes.y_limits = None;
    if axes.x_ticks == Ticks::Auto {
        axes.x_ticks = new.x_ticks;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use matfac::plot::{Line, Mark};

    fn line(axes: &mut Axes) {
        axes.marks.push(Mark::Line(Line::default()));
    }

    fn counts(figures: &mut Figures) -> Vec<usize> {
        figures.finish().iter().map(|f| f.axes.iter().map(|a| a.marks.len()).sum()).collect()
    }

    #[test]
    fn a_second_plot_starts_a_figure_unless_held() {
        let mut figures = Figures::default();
        figures.plot(line);
        figures.plot(line);
        figures.hold = true;
        figures.plot(line);
        assert_eq!(counts(&mut figures), [1, 2]);
        assert!(!figures.hold);
        assert!(figures.latest().is_some());
    }

    #[test]
    fn what_is_said_before_the_plot_stays() {
        let mut figures = Figures::default();
        figures.edit(|axes| axes.title = "t".into());
        assert!(figures.is_waiting());
        assert!(figures.finish().is_empty());
        figures.adopt(Figure::line(vec![1.0], vec![2.0]));
        assert!(!figures.is_waiting());
        assert_eq!(figures.finish()[0].axes[0].title, "t");
        assert!(figures.finish().is_empty());
    }

    #[test]
    fn a_later_title_is_for_the_figure_shown_last() {
        let mut figures = Figures::default();
        figures.plot(line);
        assert_eq!(counts(&mut figures), [1]);
        figures.edit(|axes| axes.title = "t".into());
        assert_eq!(figures.finish()[0].axes[0].title, "t");
        figures.plot(line);
        assert_eq!(figures.finish()[0].axes[0].title, "");
        figures.reopen();
        figures.hold = true;
        figures.plot(line);
        assert_eq!(counts(&mut figures), [2]);
    }

    #[test]
    fn axes_of_a_grid() {
        let mut figures = Figures::default();
        figures.select((1, 2), 1);
        figures.plot(line);
        figures.select((1, 2), 0);
        figures.plot(line);
        figures.plot(line);
        assert_eq!(counts(&mut figures), [2, 1]);
    }

    #[test]
    fn variables_see_later_changes() {
        let mut figures = Figures::default();
        figures.plot(line);
        let kept = figures.current().clone();
        figures.edit(|axes| axes.title = "t".into());
        assert_eq!(kept.figure().axes[0].title, "t");
        figures.close();
        assert!(figures.finish().is_empty());
    }
}

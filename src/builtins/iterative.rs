//! Solving linear systems and least squares problems by iteration, for large sparse matrices and for functions.

use super::argument::Rest;
use super::entry::builtins;
use super::iterative_solve::{Blank, Given, Precond, Standing, solve};
use matfac::sparse::krylov::Method;

/// The table of solvers, which share their parameters but for what A and M1 are; behind `entries` stand those that do not.
macro_rules! solvers {
    ($group:literal; entries { $($entries:tt)* } $(
        $(#[doc = $doc:tt])*
        fn $name:ident(
            #[doc = $of_a:tt] A,
            #[doc = $of_m1:tt] M1,
            #[doc = $of_precond:tt] precond
            $(; #[doc = $of_own:tt] $own:ident: $kind:ty = $default:expr)?
        ) -> [$($out:ident),*] by $method:path;
    )*) => {
        builtins! { $group;
            $(
                $(#[doc = $doc])*
                fn $name(
                    cx,
                    #[doc = $of_a] A: Value,
                    /** The right-hand side, a column. */ b: Value,
                    /** Stop at this relative residual, 1e-6 by default. */ tol: Blank<f64>,
                    /** The limit of iterations, 20 by default. */ maxiter: Blank<usize>,
                    #[doc = $of_m1] M1: Blank<Value>,
                    /** Its second factor. */ M2: Blank<Value>,
                    /** Where to start; zeros by default. */ x0: Blank<Value>,
                    /** Further arguments of the functions. */ parameters: Rest,
                    /** The preconditioner by name, instead of M1. */ M: Blank<Value>,
                    #[doc = $of_precond] precond: Precond = "none",
                    $(#[doc = $of_own] $own: $kind = $default,)?
                    /** Whether the result is a model: fields x, history, reason and others; `plot(m)`. */ model: bool = false,
                ) -> [$($out),*] {
                    let given = Given { method: $method, a: A, b, tol, max_iter: maxiter, restart: Blank(None), side: Standing::Left, damp: 0.0, m1: M1, m2: M2, m: M, precond, x0, parameters: parameters.0, model };
                    solve(cx.host, Given { $($own,)? ..given }, cx.nargout)
                }
            )*
            $($entries)*
        }
    };
}

solvers! { "iterative solves";
    entries {
    /// Generalized minimal residuals: `A*x = b` for any square A.
    ///
    /// flag is 0 when x is what was asked for, 1 at the limit of iterations, 2 when the preconditioner is singular, 3 when
    /// nothing changes any more, 4 when A is singular. Without it a warning says so and what to try. relres and resvec are those of
    /// M\(b - A*x) unless side="right"; iter is the cycle and the iteration in it. A cycle keeps as many vectors as it has iterations.
    ///
    /// >>> A = sparse([4 1 0; -1 3 1; 0 2 5]); [x, flag, relres, iter] = gmres(A, [5; 3; 7]); [flag, iter]
    /// ans = 1×3
    ///    0   1   3
    /// >>> norm(x - [1; 1; 1]) < 1e-10
    /// ans = 1
    ///
    /// See also: bicgstab, tfqmr, minres, ilu
    /// Reference: Saad & Schultz (1986), SIAM J. Sci. Stat. Comput. 7.
    fn gmres(
        cx,
        /** Square, n×n, or a function of x that gives A*x. */ A: Value,
        /** The right-hand side, a column. */ b: Value,
        /** Start again after so many iterations; [] never does. */ restart: Blank<usize>,
        /** Stop at this relative residual, 1e-6 by default. */ tol: Blank<f64>,
        /** The limit of cycles (without restart of iterations), 10 by default. */ maxiter: Blank<usize>,
        /** The preconditioner M1*M2: a matrix, a factorization, or a function that gives M1\x. */ M1: Blank<Value>,
        /** Its second factor. */ M2: Blank<Value>,
        /** Where to start; zeros by default. */ x0: Blank<Value>,
        /** Further arguments of the functions. */ parameters: Rest,
        /** The preconditioner by name, instead of M1. */ M: Blank<Value>,
        /** A preconditioner made of A. */ precond: Precond = "none",
        /** Where the preconditioner stands: left as in Octave; right, the residual is that of the system. */ side: Standing = "left",
        /** Whether the result is a model: fields x, history, reason and others; `plot(m)`. */ model: bool = false,
    ) -> [x, flag, relres, iter, resvec] {
        let given = Given { method: Method::Gmres, a: A, b, tol, max_iter: maxiter, restart, side, damp: 0.0, m1: M1, m2: M2, m: M, precond, x0, parameters: parameters.0, model };
        solve(cx.host, given, cx.nargout)
    }
    }

    /// Conjugate gradients with a preconditioner: `A*x = b` for Hermitian positive definite A.
    ///
    /// flag is 0 when x is what was asked for, 1 at the limit of iterations, 2 when the preconditioner is singular, 3 when
    /// nothing changes any more, 4 when the method breaks down. Without it a warning says so and what to try.
    /// relres is `norm(b - A*x)/norm(b)`, iter where x was found, resvec the norms of all residuals (with eigest also in the norm of
    /// inv(M)), eigest the smallest and largest eigenvalue of M\A as far as they were seen.
    ///
    /// >>> A = sparse([4 1; 1 3]); [x, flag, relres, iter] = pcg(A, [1; 2]); [flag, iter]
    /// ans = 1×2
    ///    0   2
    /// >>> m = pcg(@(x) [4*x(1)+x(2); x(1)+3*x(2)], [1; 2], model=true); norm(m.x - [1; 7]/11) < 1e-12
    /// ans = 1
    ///
    /// See also: minres, gmres, ichol, amg, jacobi, ssor
    /// Reference: Hestenes & Stiefel (1952), J. Res. Nat. Bur. Standards 49.
    fn pcg(
        /** Hermitian positive definite, n×n, or a function of x that gives A*x. */ A,
        /** The preconditioner M1*M2: a matrix, a factorization, or a function that gives M1\x. */ M1,
        /** A preconditioner made of A. */ precond
    ) -> [x, flag, relres, iter, resvec, eigest] by Method::Pcg;

    /// Minimal residuals: `A*x = b` for Hermitian A, which may be indefinite or singular.
    ///
    /// flag is 0 when x is what was asked for, 1 at the limit of iterations, 2 when the preconditioner is singular, 3 when
    /// nothing changes any more, 4 when the method breaks down. Without it a warning says so and what to try.
    /// The preconditioner must be Hermitian positive definite. Of a singular system without a solution x is a least squares solution.
    ///
    /// >>> A = sparse([1 2; 2 -3]); [x, flag] = minres(A, [5; -4]); flag
    /// flag = 0
    /// >>> norm(x - [1; 2]) < 1e-10
    /// ans = 1
    ///
    /// See also: symmlq, pcg, gmres, lsqr
    /// Reference: Paige & Saunders (1975), SIAM J. Numer. Anal. 12.
    fn minres(
        /** Hermitian, n×n, or a function of x that gives A*x. */ A,
        /** The preconditioner M1*M2: a matrix, a factorization, or a function that gives M1\x. */ M1,
        /** A preconditioner made of A. */ precond
    ) -> [x, flag, relres, iter, resvec] by Method::Minres;

    /// Symmetric LQ: `A*x = b` for Hermitian A, which may be indefinite.
    ///
    /// flag is 0 when x is what was asked for, 1 at the limit of iterations, 2 when the preconditioner is singular, 3 when
    /// nothing changes any more, 4 when the method breaks down. Without it a warning says so and what to try.
    /// The preconditioner must be Hermitian positive definite. resvec is of the point of conjugate gradients where that is the better one.
    ///
    /// >>> A = sparse([1 2; 2 -3]); [x, flag] = symmlq(A, [5; -4]); norm(x - [1; 2]) < 1e-10
    /// ans = 1
    ///
    /// See also: minres, pcg, gmres
    /// Reference: Paige & Saunders (1975), SIAM J. Numer. Anal. 12.
    fn symmlq(
        /** Hermitian, n×n, or a function of x that gives A*x. */ A,
        /** The preconditioner M1*M2: a matrix, a factorization, or a function that gives M1\x. */ M1,
        /** A preconditioner made of A. */ precond
    ) -> [x, flag, relres, iter, resvec] by Method::Symmlq;

    /// Biconjugate gradients: `A*x = b` for any square A whose adjoint is known too.
    ///
    /// flag is 0 when x is what was asked for, 1 at the limit of iterations, 2 when the preconditioner is singular, 3 when
    /// nothing changes any more, 4 when the method breaks down. Without it a warning says so and what to try.
    ///
    /// >>> A = sparse([4 1 0; -1 3 1; 0 2 5]); [x, flag] = bicg(A, [5; 3; 7]); norm(x - [1; 1; 1]) < 1e-10
    /// ans = 1
    ///
    /// See also: bicgstab, qmr, gmres, ilu
    /// Reference: Fletcher (1976), Lecture Notes in Mathematics 506.
    fn bicg(
        /** Square, n×n, or a function of x and "notransp" or "transp" that gives A*x or A'*x. */ A,
        /** The preconditioner M1*M2: a matrix, a factorization, or a function that gives M1\x (or M1'\x for "transp"). */ M1,
        /** A preconditioner made of A. */ precond
    ) -> [x, flag, relres, iter, resvec] by Method::Bicg;

    /// Stabilized biconjugate gradients: `A*x = b` for any square A.
    ///
    /// flag is 0 when x is what was asked for, 1 at the limit of iterations, 2 when the preconditioner is singular, 3 when
    /// nothing changes any more, 4 when the method breaks down. Without it a warning says so and what to try.
    /// An iteration has two halves: iter may end in .5, and resvec has two entries for each.
    ///
    /// >>> A = sparse([4 1 0; -1 3 1; 0 2 5]); [x, flag] = bicgstab(A, [5; 3; 7]); norm(x - [1; 1; 1]) < 1e-5
    /// ans = 1
    ///
    /// See also: gmres, cgs, tfqmr, ilu
    /// Reference: van der Vorst (1992), SIAM J. Sci. Stat. Comput. 13.
    fn bicgstab(
        /** Square, n×n, or a function of x that gives A*x. */ A,
        /** The preconditioner M1*M2: a matrix, a factorization, or a function that gives M1\x. */ M1,
        /** A preconditioner made of A. */ precond
    ) -> [x, flag, relres, iter, resvec] by Method::Bicgstab;

    /// Conjugate gradients squared: `A*x = b` for any square A.
    ///
    /// flag is 0 when x is what was asked for, 1 at the limit of iterations, 2 when the preconditioner is singular, 3 when
    /// nothing changes any more, 4 when the method breaks down. Without it a warning says so and what to try.
    ///
    /// >>> A = sparse([4 1 0; -1 3 1; 0 2 5]); [x, flag] = cgs(A, [5; 3; 7]); norm(x - [1; 1; 1]) < 1e-5
    /// ans = 1
    ///
    /// See also: bicgstab, tfqmr, gmres, ilu
    /// Reference: Sonneveld (1989), SIAM J. Sci. Stat. Comput. 10.
    fn cgs(
        /** Square, n×n, or a function of x that gives A*x. */ A,
        /** The preconditioner M1*M2: a matrix, a factorization, or a function that gives M1\x. */ M1,
        /** A preconditioner made of A. */ precond
    ) -> [x, flag, relres, iter, resvec] by Method::Cgs;

    /// Quasi-minimal residuals: `A*x = b` for any square A whose adjoint is known too.
    ///
    /// flag is 0 when x is what was asked for, 1 at the limit of iterations, 2 when the preconditioner is singular, 3 when
    /// nothing changes any more, 4 when the method breaks down. Without it a warning says so and what to try.
    ///
    /// >>> A = sparse([4 1 0; -1 3 1; 0 2 5]); [x, flag] = qmr(A, [5; 3; 7]); norm(x - [1; 1; 1]) < 1e-5
    /// ans = 1
    ///
    /// See also: tfqmr, bicg, gmres, ilu
    /// Reference: Freund & Nachtigal (1991), Numer. Math. 60.
    fn qmr(
        /** Square, n×n, or a function of x and "notransp" or "transp" that gives A*x or A'*x. */ A,
        /** The preconditioner M1*M2: a matrix, a factorization, or a function that gives M1\x (or M1'\x for "transp"). */ M1,
        /** A preconditioner made of A. */ precond
    ) -> [x, flag, relres, iter, resvec] by Method::Qmr;

    /// Transpose-free quasi-minimal residuals: `A*x = b` for any square A.
    ///
    /// flag is 0 when x is what was asked for, 1 at the limit of iterations, 2 when the preconditioner is singular, 3 when
    /// nothing changes any more, 4 when the method breaks down. Without it a warning says so and what to try.
    /// An iteration has two halves, and resvec two entries for each.
    ///
    /// >>> A = sparse([4 1 0; -1 3 1; 0 2 5]); [x, flag] = tfqmr(A, [5; 3; 7]); norm(x - [1; 1; 1]) < 1e-5
    /// ans = 1
    ///
    /// See also: qmr, bicgstab, gmres, ilu
    /// Reference: Freund (1993), SIAM J. Sci. Comput. 14.
    fn tfqmr(
        /** Square, n×n, or a function of x that gives A*x. */ A,
        /** The preconditioner M1*M2: a matrix, a factorization, or a function that gives M1\x. */ M1,
        /** A preconditioner made of A. */ precond
    ) -> [x, flag, relres, iter, resvec] by Method::Tfqmr;

    /// Least squares by bidiagonalization: minimizes `norm(b - A*x)` for any A.
    ///
    /// flag is 0 when A*x = b is met or x is the least squares solution, both within tol, 1 at the limit of iterations, 2 when the
    /// preconditioner is singular, 3 when nothing changes any more, 4 when the method breaks down. lsvec are the norms of A'*r. The model has estimates of the norm
    /// and of the condition number of A. The preconditioner stands on the right.
    ///
    /// >>> A = sparse([1 0; 1 1; 1 2]); [x, flag] = lsqr(A, [1; 2; 4]); norm(x - A\[1; 2; 4]) < 1e-8
    /// ans = 1
    ///
    /// See also: lsmr, cgls, mldivide, minres
    /// Reference: Paige & Saunders (1982), ACM Trans. Math. Softw. 8.
    fn lsqr(
        /** Any m×n, or a function of x and "notransp" or "transp" that gives A*x or A'*x. */ A,
        /** The preconditioner M1*M2: a matrix, a factorization, or a function that gives M1\x (or M1'\x for "transp"). */ M1,
        /** A preconditioner made of A; of a rectangular one "jacobi", the norms of its columns. */ precond; /** λ: minimize `norm(A*x - b)^2 + λ^2*norm(x)^2`. */ damp: f64 = 0
    ) -> [x, flag, relres, iter, resvec, lsvec] by Method::Lsqr;

    /// Least squares with falling `norm(A'*r)`, so that stopping early does least harm.
    ///
    /// flag is 0 when A*x = b is met or x is the least squares solution, both within tol, 1 at the limit of iterations, 2 when the
    /// preconditioner is singular, 3 when nothing changes any more, 4 when the method breaks down. lsvec are the norms of A'*r. The model has estimates of the norm
    /// and of the condition number of A. The preconditioner stands on the right.
    ///
    /// >>> A = sparse([1 0; 1 1; 1 2]); [x, flag] = lsmr(A, [1; 2; 4]); norm(x - A\[1; 2; 4]) < 1e-8
    /// ans = 1
    ///
    /// See also: lsqr, cgls, mldivide
    /// Reference: Fong & Saunders (2011), SIAM J. Sci. Comput. 33.
    fn lsmr(
        /** Any m×n, or a function of x and "notransp" or "transp" that gives A*x or A'*x. */ A,
        /** The preconditioner M1*M2: a matrix, a factorization, or a function that gives M1\x (or M1'\x for "transp"). */ M1,
        /** A preconditioner made of A; of a rectangular one "jacobi", the norms of its columns. */ precond; /** λ: minimize `norm(A*x - b)^2 + λ^2*norm(x)^2`. */ damp: f64 = 0
    ) -> [x, flag, relres, iter, resvec, lsvec] by Method::Lsmr;

    /// Least squares by conjugate gradients for the normal equations, the cheapest iteration.
    ///
    /// flag is 0 when A*x = b is met or x is the least squares solution, both within tol, 1 at the limit of iterations, 2 when the
    /// preconditioner is singular, 3 when nothing changes any more, 4 when the method breaks down. lsvec are the norms of A'*r. The model has estimates of the norm
    /// and of the condition number of A. The preconditioner stands on the right.
    ///
    /// >>> A = sparse([1 0; 1 1; 1 2]); [x, flag] = cgls(A, [1; 2; 4]); norm(x - A\[1; 2; 4]) < 1e-8
    /// ans = 1
    ///
    /// See also: lsqr, lsmr, pcg
    /// Reference: Hestenes & Stiefel (1952); Björck (1996), Numerical Methods for Least Squares Problems, §7.4.
    fn cgls(
        /** Any m×n, or a function of x and "notransp" or "transp" that gives A*x or A'*x. */ A,
        /** The preconditioner M1*M2: a matrix, a factorization, or a function that gives M1\x (or M1'\x for "transp"). */ M1,
        /** A preconditioner made of A; of a rectangular one "jacobi", the norms of its columns. */ precond; /** λ: minimize `norm(A*x - b)^2 + λ^2*norm(x)^2`. */ damp: f64 = 0
    ) -> [x, flag, relres, iter, resvec, lsvec] by Method::Cgls;
}

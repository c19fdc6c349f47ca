"""Runs generated statements in GNU Octave and in mf and lists those whose results differ. Needs octave-cli.

    python3 tests/octave/sweep.py [operators|statements|functions|pairs|FILE …]

Every operator and function meets every odd operand: empty, logical, character, range, complex, NaN, Inf. Class, size and
values are compared, and whether there is an error; how a value is displayed is the business of `cases/`.
"""

import collections
import itertools
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parent.parent.parent
MF = pathlib.Path(os.environ.get("MF", ROOT / "target/debug/mf"))

# `dump` writes a value the same way in both languages.
PRELUDE = r"""1;
function dump(x)
  printf("%s %dx%d", class(x), rows(x), columns(x));
  if is_function_handle(x)
    printf(" %s", func2str(x));
  else
    x = double(x);
    printf(" %.17g", real(x)(:)); printf(" |"); printf(" %.17g", imag(x)(:));
    printf(" /"); printf("%d", 1 ./ real(x)(real(x)(:) == 0) < 0);
  end
  printf("\n");
end
"""

OPERANDS = [
    "[]", "zeros(0,3)", "zeros(3,0)", "''", "3", "-2.5", "0", "NaN", "Inf", "-Inf", "true", "false", "'a'", "'abc'",
    "2i", "1-2i", "[1 2 3]", "[-1.5 0 NaN]", "[1;2;3]", "[true false true]", "[true;false;true]", "1:3", "0:-1",
    "[4 1 2;3 5 0;7 8 10]", "[true false;false true]", "[1+2i 3 -1i]", "[2 1;1 3]", "[1i 2;3 4]",
]
SMALL = ["[]", "zeros(0,3)", "''", "3", "NaN", "true", "'a'", "'abc'", "1-2i", "[1 2 3]", "[1;2;3]", "[true false true]",
         "1:3", "[4 1 2;3 5 0;7 8 10]", "[1+2i 3 -1i]", "[true false;false true]", "[3 1 NaN 2 1]"]
BINARY = ["+", "-", "*", "/", "\\", "^", ".*", "./", ".\\", ".^", "==", "!=", "<", "<=", ">", ">=", "&", "|"]
UNARY = ["-", "+", "!", "{}'", "{}.'"]

FUNCTIONS = """sum prod cumsum cumprod sumsq mean median mode std var max min cummax cummin range any all xor not sort unique find
nnz diff norm numel length ndims rows columns isempty isscalar isvector isrow iscolumn issquare ismatrix isnumeric isreal
iscomplex islogical isbool ischar isfloat is_function_handle isnan isinf isfinite isna isnull double logical abs sqrt cbrt exp
expm1 log log2 log10 log1p sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sec csc cot floor ceil round fix sign
real imag conj arg angle gamma lgamma gammaln erf erfc diag tril triu fliplr flipud flip rot90 vec transpose ctranspose uminus uplus
size zeros ones eye trace det rank columns isspace isalpha isdigit isupper islower isalnum ispunct upper lower toupper tolower
factorial primes isprime vander toeplitz hankel hilb invhilb magic isargout nargin size_equal squeeze isindex issorted
meshgrid kron cross dot horzcat vertcat strtrim num2str mat2str int2str blanks complex issymmetric ishermitian isdiag istril
istriu isbanded triplequad deal null orth cumtrapz trapz fftshift ifftshift center zscore meansq normalize nextpow2 pow2 sign
signbit sum_of isstring iscellstr iscell isstruct isfield validatestring str2num str2double double char cellfun deblank abs
isdefinite isobject ishghandle isjava isinteger is_sq_string is_dq_string do_string_escapes undo_string_escapes regexptranslate
dec2bin bin2dec dec2hex hex2dec fliplr strvcat columns postpad nnz perms cov corr rat sortrows triu accumarray
erfcx erfi dawson erfinv erfcinv expint sinint cosint psi ellipke signbit sind cosd tand secd cscd cotd asind acosd atand asecd acscd
acotd asec acsc acot sech csch coth asech acsch acoth realsqrt reallog list_primes bitcmp isascii isgraph isprint isxdigit iscntrl
isletter sizeof nzmax factor""".split()
LEFT_OUT = {"isargout", "nargin", "triplequad", "sum_of", "perms", "rat", "cellfun", "deal", "validatestring"}

WITH_ARGUMENT = """sum(x,1) sum(x,2) sum(x,3) prod(x,1) prod(x,2) cumsum(x,1) cumsum(x,2) cumprod(x,2) sumsq(x,2) mean(x,1) mean(x,2) median(x,1)
median(x,2) mode(x,2) std(x,1) std(x,0,2) var(x,1) var(x,0,1) max(x,[],1) max(x,[],2) min(x,[],2) max(x,2) min(x,2) max(x,x) min(2i,x)
max(x,[1;2;3]) any(x,1) any(x,2) all(x,1) all(x,2) sort(x,1) sort(x,2) sort(x,'descend') sort(x,2,'descend') find(x,1) find(x,2,'last')
diff(x,2) diff(x,1,1) diff(x,1,2) norm(x,1) norm(x,Inf) norm(x,'fro') diag(x,1) diag(x,-1) tril(x,1) triu(x,-1) triu(x,1) rot90(x,2)
rot90(x,-1) circshift(x,1) circshift(x,-1,2) flip(x,1) flip(x,2) repmat(x,2,2) repmat(x,1,2) repmat(x,[1,3]) repmat(x,0,1) reshape(x,[],1)
reshape(x,3,[]) reshape(x,1,3) resize(x,2,2) resize(x,4,5) postpad(x,2) postpad(x,5) postpad(x,5,7) prepad(x,2) prepad(x,5) size(x,1) size(x,2) size(x,3)
size(x,[1,2]) numel(x,1,1) numel(x,':',1) cat(1,x,x) cat(2,x,x) horzcat(x,x) vertcat(x,x) kron(x,[1,2]) kron([1,2],x) mod(x,3) mod(x,-3)
mod(x,0) rem(x,3) rem(x,-2) rem(x,0) mod(5,x) rem(5,x) mod(x,2.5) hypot(x,1) atan2(x,1) power(x,2) times(x,2) plus(x,1) minus(x,1)
rdivide(x,2) ldivide(x,2) mtimes(x,2) mrdivide(x,2) mldivide(2,x) mpower(2,x) eq(x,1) ne(x,1) lt(x,2) le(x,2) gt(x,2) ge(x,2) and(x,1)
or(x,0) xor(x,1) isequal(x,x) isequal(x,3) isequal(x,'abc',x) isa(x,'numeric') isa(x,'float') isa(x,'double') isa(x,'char')
cummax(x,2) cummin(x,1) dot(x,x) dot(x,x,1) dot(x,x,2) cross(x,x) ismember(x,[1,2,97]) ismember(2,x) unique(x,'rows') union(x,[2,5])
intersect(x,[2,5,97]) setdiff(x,[2,97]) setxor(x,[2,5]) colon(x,3) colon(1,x) colon(1,x,3) linspace(x,5,3) linspace(1,x,3) linspace(1,5,x)
zeros(x) ones(2,x) eye(x) bitand(x,3) bitor(x,4) bitxor(x,1) bitshift(x,1) nthroot(x,3) sub2ind([3,3],x,x) ind2sub([3,3],x)
accumarray([1;2;1],x) gcd(x,6) lcm(x,4) nchoosek(5,x) nchoosek(x,2) primes(x) fix(x/2) floor(x/2) idivide(x,2) isequal(x,x')
strcat(x,'b') strrep(x,'a','bb') strfind(x,'b') strcmp(x,'abc') strcmp(x,x) strcmpi(x,'ABC') strncmp(x,'abd',2) strncmpi(x,'ABD',2) index(x,'b') rindex(x,'b')
substr(x,1,1) regexprep(x,'[ab]','X') num2str(x,4) mat2str(x,3) sprintf('%d',x) sprintf('%s',x) sprintf('%g,',x) sprintf('%x',x)
sprintf('%5.2f|',x) toeplitz(x,[1,2,3]) hankel(x,[3,4,5]) vech(x) vecnorm(x) vecnorm(x,2,2) triu(x,5) nnz(x) complex(x,1) complex(1,x) merge(true,x,1) ifelse(x,1,2)
merge([true,false,true],x,1) polyfit(x,x,1) polyval(x,2) polyval([1,2],x) conv(x,[1,1]) filter(1,[1,-0.5],x) interp1([1,2,3],[4,5,6],x) cumtrapz(x) trapz(x)
fliplr(x) isspace(x) lookup([1,2,3],x) rotdim(x) permute(x,[2,1]) ipermute(x,[2,1]) squeeze(x) isvector(x) isindex(x) isindex(x,2) columns(x)
gammainc(x,2) gammainc(2,x) gammainc(x,x,'upper') betainc(x,2,3) betainc(0.3,x,2) beta(x,2) betaln(x,x) gammaincinv(x,2) betaincinv(x,2,3)
psi(1,x) ellipj(x,0.5) ellipj(0.5,x) legendre(2,x) pow2(x,2) pow2(2,x) realpow(x,2) atan2d(x,1) hypot(x,1,2) bincoeff(x,2) bincoeff(5,x) bitget(x,1)
bitset(x,2) bitcmp(x,4) nth_element(x,1) nth_element(x,1,2) repelems(x,[1;2]) typecast(x,'double') nchoosek(x,1)
validatestring('a',x) triu(x)(:) x(:) x(end) x(1) x([]) x(:,1) x(1,:) x(end,end) x(:)' x(1:end) x([1,1]) x(true) x(x==x) x(logical(x)) x(:,:) x(1,1) x(:,end) x([]',1)""".split()

SEVERAL = """[a,b]=size(x) [a,b,c]=size(x) [a,b]=max(x) [a,b]=min(x) [a,b]=max(x,[],2) [a,b]=sort(x) [a,b]=sort(x,2) [a,b]=sort(x,'descend') [a,b,c]=unique(x)
[a,b]=unique(x,'first') [a,b,c]=unique(x,'rows') [a,b]=find(x) [a,b,c]=find(x) [a,b]=find(x,1) [a,b,c]=find(x,2,'last') [a,b]=ind2sub([3,3],x) [a,b]=cummax(x) [a,b]=cummin(x,1)
[a,b]=ismember(x,[1,97,2]) [a,b]=union(x,[2,5]) [a,b,c]=union(x,[2,5]) [a,b,c]=intersect(x,[2,5,97]) [a,b]=setdiff(x,[2,97]) [a,b]=meshgrid(x) [a,b]=meshgrid(x,[1,2]) [a,b]=ndgrid(x)
[a,b]=ndgrid(x,[1,2]) [a,b]=mode(x) [a,b]=log2(x) [a,b]=deal(x) [a,b,c]=mode(x) [a,b]=sortrows(x) [a,b]=strtok(x) [a,b]=regexp(x,'b') [a,b]=str2num(x) [a,b]=cellfun(@sin,x)""".split()


def operators():
    for a, b in itertools.product(OPERANDS, repeat=2):
        for op in BINARY:
            yield f"dump(({a}) {op} ({b}))"
    for a, op in itertools.product(OPERANDS, UNARY):
        yield f"dump({op.format(f'({a})') if '{' in op else f'{op}({a})'})"


def statements():
    for a in OPERANDS:
        yield f"x = {a}; x++; dump(x)"
        yield f"x = {a}; x--; dump(x)"
        if "i" not in a:
            yield f"if {a} disp(1), else disp(0), end"
            yield f"while {a} disp(1), break, end"
        yield f"dump(!({a}))"
        for b in SMALL:
            if "i" not in a + b:
                # Octave leaves the whole script at a complex condition.
                yield f"dump({a} || {b})"
                yield f"dump({a} && {b})"
            yield f"x = {a}; x += {b}; dump(x)"
            yield f"x = {a}; x *= {b}; dump(x)"
            yield f"dump([{a}, {b}])"
            yield f"dump([{a}; {b}])"
            yield f"dump({a}:{b})"
    for a, b, c in itertools.product(SMALL, repeat=3):
        if len({a, b, c}) == 3:
            yield f"dump({a}:{b}:{c})"


def functions():
    for f, a in itertools.product(FUNCTIONS, OPERANDS):
        if f not in LEFT_OUT:
            yield f"dump({f}({a}))"


def pairs():
    for form, a in itertools.product(WITH_ARGUMENT, SMALL):
        yield f"x = {a}; dump({form})"
    for form, a in itertools.product(SEVERAL, SMALL):
        names = re.match(r"\[(.*?)\]", form).group(1).split(",")
        yield f"x = {a}; {form}; " + " ".join(f"dump({name});" for name in names)


def given(path):
    return [line for line in pathlib.Path(path).read_text().splitlines() if line]


def script(statements):
    # One try for each; a statement that does not parse must not take the others along.
    text = PRELUDE
    for i, s in enumerate(statements):
        text += f"printf(\"@@{i}\\n\");\ntry\n{s};\ncatch\nprintf(\"error\\n\");\nend\n"
    return text


def run(command, statements):
    answers, rest = {}, statements
    while rest:
        part = rest[:1000]
        with tempfile.NamedTemporaryFile("w", suffix=".m", delete=False) as file:
            file.write(script(part))
        done = subprocess.run([*command, file.name], capture_output=True, text=True, errors="replace")
        pathlib.Path(file.name).unlink()
        reached = 0
        for piece in done.stdout.split("@@")[1:]:
            number, _, text = piece.partition("\n")
            answers[part[int(number)]] = " ".join(text.split())
            reached = int(number) + 1
        if reached < len(part):
            # The last one took the program with it.
            last = part[max(reached, 1) - 1]
            answers[last] = "stopped " + done.stderr.strip()[-80:]
        rest = rest[max(reached, 1) :]
    return answers


def close(a, b):
    try:
        x, y = float(a), float(b)
    except ValueError:
        return a == b
    return x == y or (x != x and y != y) or abs(x - y) <= 1e-12 * max(abs(x), abs(y), 1e-3)


def same(a, b):
    # `|` starts the imaginary parts: zeros of a real value in both.
    a, b = a.split(), b.split()
    return len(a) == len(b) and all(map(close, a, b))


def main():
    suites = {"operators": operators, "statements": statements, "functions": functions, "pairs": pairs}
    lines = []
    for name in sys.argv[1:] or suites:
        lines += suites[name]() if name in suites else given(name)
    lines = list(dict.fromkeys(lines))
    octave = run(["octave-cli", "--norc", "-q"], lines)
    mf = run([str(MF)], lines)
    wrong = collections.Counter()
    for s in lines:
        if not same(octave.get(s, "missing"), mf.get(s, "missing")):
            wrong[s] += 1
            print(f"{s}\n    Octave {octave.get(s, 'missing')[:200]}\n    mf     {mf.get(s, 'missing')[:200]}")
    print(f"{len(wrong)} of {len(lines)} differ")


main()

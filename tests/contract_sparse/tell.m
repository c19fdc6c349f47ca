% One line for a value, the same in Octave and in mf: whether it is sparse, class, size and entries in full.
1;
function tell(x)
  if iscell(x)
    printf("{%dx%d", size(x, 1), size(x, 2));
    for k = 1:numel(x), printf(" "); tell(x{k}); end
    printf(" }");
  elseif isstruct(x)
    printf("struct");
  elseif ndims(x) > 2
    printf("more than two dimensions");
  else
    storage = {"full", "sparse"};
    printf("%s %s %dx%d", storage{issparse(x) + 1}, class(x), size(x, 1), size(x, 2));
    x = full(x);
    if ischar(x), x = double(x); end
    for k = 1:numel(x)
      printf(" %.11g", real(x(k)));
      if iscomplex(x), printf("%+.11gi", imag(x(k))); end
    end
  end
end
function one(S, code)
  [m, n] = size(S);
  F = full(S);
  D = reshape((1:m * n) - 2, m, n);
  B = sparse(mod(D, 3) - 1);
  T = S.';
  try
    eval(code);
    tell(r);
  catch
    printf("error");
  end
  printf("\n");
end

% Values as one line, the same in Octave and in mf: what the cases that call `show` print.
1;
function show(varargin)
  for k = 1:numel(varargin)
    show_one(varargin{k});
    printf(" ");
  end
  printf("\n");
end
function show_one(x)
  if iscell(x)
    printf("{%dx%d", size(x, 1), size(x, 2));
    for i = 1:numel(x), printf(" "); show_one(x{i}); end
    printf("}");
  elseif isstruct(x)
    printf("struct %dx%d(", size(x, 1), size(x, 2));
    names = fieldnames(x);
    for i = 1:numel(names)
      printf("%s:", names{i});
      for j = 1:numel(x), show_one(x(j).(names{i})); printf(","); end
      printf(" ");
    end
    printf(")");
  elseif issparse(x)
    printf("sparse ");
    show_one(full(x));
  elseif isempty(x)
    printf("%s %dx%d", class(x), size(x, 1), size(x, 2));
  elseif ischar(x)
    printf("'%s'", x);
  elseif is_function_handle(x)
    printf("<%s>", func2str(x));
  else
    printf("%s", mat2str(x, 12));
  end
end

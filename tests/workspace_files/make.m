% What octave.txt was made with: octave-cli 7.3.0 make.m, and then the name of the machine taken out of its first line.
n = NaN; i = -Inf; z = -0; tiny = 5e-324; na = [NA NaN]; A = [1 2; 3 0.1]; c = 1+2i; C = [1 2i; NaN -3-0.5i];
b = true; B = [true false; false true]; be = true(0, 2); t = "hé\n\"x"; sq = 'ab'; e = ''; e2 = ""; blank = "  "; ch = ['ab'; 'cd'];
row0 = char(zeros(1, 0)); ee = zeros(0, 3); r = 1:5; r2 = 0:0.1:1; r4 = 5:1;
L = {1, 'a'; [], {2, "b\n\nc"}}; le = {}; le2 = cell(0, 3);
st.a = 1; st.b = 'x'; st.c.d = {1}; sa = struct('a', {1, 'two', 3}, 'b', 0); se = struct('a', {}); s0 = struct();
sp = sparse([1 2], [1 3], [1.5 2]); spc = sparse([1 2], [1 3], [1.5i 2]); spb = sparse([1 2], [1 3], [true true]); sp0 = sparse(3, 2);
k = 3; f = @(x) x + k; g = @sin; I2 = 2*eye(2, 3); [~, ~, P] = lu([1 2 3; 7 8 0; 4 1 1]);
i8 = int8([1 2; 3 -4]); u = uint16(7); sg = single(0.5); nd = ones(2, 2, 2); cnd = {1, zeros(1, 2, 2)};
save octave.txt

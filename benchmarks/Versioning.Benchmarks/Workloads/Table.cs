using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Versioning.Benchmarks.Workloads;

/// <summary>
/// W4: a CSV of rows of one width: key, time, two words, three numbers. The second version changes one row in a hundred
/// in runs of 1,024, inserts ten rows in the middle, and appends one in a hundred.
/// </summary>
internal static class Table
{
    private const int BlockRows = 8192;
    private const int RunRows = 1024;
    private const int InsertedRows = 10;
    private const int WordLength = 8;

    private static readonly byte[][] Words =
    [
        .. "anchor basket candle desert engine forest garden hammer island jungle kettle ladder magnet needle orange pebble quarry river saddle temple upland valley window xylem yellow zodiac"
            .Split(' ').Select(word => Encoding.ASCII.GetBytes(word.PadRight(WordLength, '_'))),
    ];

    private static readonly int Width = Encoding.ASCII.GetByteCount("0123456789,2024-01-02T03:04:00Z,anchor__,basket__,12.345,012.3456,01234567\n");

    public static void Write(string path, ulong seed, double scale, bool second)
    {
        int rows = Math.Max(BlockRows, (int)(2048L * 1024 * 1024 * scale / Width) / BlockRows * BlockRows);
        int blocks = rows / BlockRows;
        Dictionary<int, int> runs = second ? Runs(seed, rows, blocks) : [];
        using SafeFileHandle file = File.OpenHandle(path, FileMode.Create, FileAccess.Write);
        Parallel.For(0, blocks, () => new byte[BlockRows * Width], (block, _, buffer) =>
        {
            Xoshiro random = Xoshiro.For(seed, Purpose.Rows, block);
            Fill(buffer, ref random, (long)block * BlockRows);
            if (runs.TryGetValue(block, out int first))
            {
                Xoshiro edit = Xoshiro.For(seed, Purpose.EditedRows, block);
                Fill(buffer.AsSpan(first * Width, RunRows * Width), ref edit, ((long)block * BlockRows) + first);
            }

            long shift = second && block >= blocks / 2 ? InsertedRows : 0;
            RandomAccess.Write(file, buffer, (((long)block * BlockRows) + shift) * Width);
            return buffer;
        }, _ => { });
        if (second)
        {
            WriteRows(file, (long)(blocks / 2) * BlockRows, InsertedRows, 2L * rows, Xoshiro.For(seed, Purpose.InsertedRows));
            WriteRows(file, (long)rows + InsertedRows, rows / 100, rows, Xoshiro.For(seed, Purpose.AppendedRows));
        }
    }

    private static Dictionary<int, int> Runs(ulong seed, int rows, int blocks)
    {
        Xoshiro random = Xoshiro.For(seed, Purpose.RowRuns);
        Dictionary<int, int> runs = [];
        foreach (int block in random.Sample(blocks, Math.Max(1, (int)Math.Round(rows * 0.01 / RunRows))))
        {
            runs[block] = random.Below(BlockRows - RunRows);
        }

        return runs;
    }

    private static void WriteRows(SafeFileHandle file, long at, int count, long firstKey, Xoshiro random)
    {
        byte[] rows = new byte[count * Width];
        Fill(rows, ref random, firstKey);
        RandomAccess.Write(file, rows, at * Width);
    }

    private static void Fill(Span<byte> rows, ref Xoshiro random, long key)
    {
        for (; rows.Length > 0; rows = rows[Width..])
        {
            Line line = new(rows);
            line.Digits(key++, 10, ',');
            line.Digits(2024, 4, '-');
            line.Digits(1 + random.Below(12), 2, '-');
            line.Digits(1 + random.Below(28), 2, 'T');
            ulong minute = (ulong)random.Below(24 * 60);
            line.Digits((long)(minute / 60), 2, ':');
            line.Digits((long)(minute % 60), 2, ':');
            line.Digits(0, 2, 'Z');
            line.Text(","u8);
            line.Word(Words[random.Below(26)]);
            line.Word(Words[random.Below(26)]);
            int percent = random.Below(100_000);
            line.Digits(percent / 1000, 2, '.');
            line.Digits(percent % 1000, 3, ',');
            int measure = random.Below(1_000_000);
            line.Digits(measure / 10_000, 3, '.');
            line.Digits(measure % 10_000, 4, ',');
            line.Digits(random.Below(1 << 24), 8, '\n');
        }
    }

    private ref struct Line(Span<byte> rest)
    {
        private Span<byte> _rest = rest;

        public void Digits(long value, int count, char separator)
        {
            for (int i = count - 1; i >= 0; i--)
            {
                (value, long digit) = Math.DivRem(value, 10);
                _rest[i] = (byte)('0' + digit);
            }

            _rest[count] = (byte)separator;
            _rest = _rest[(count + 1)..];
        }

        public void Word(byte[] word)
        {
            Text(word);
            Text(","u8);
        }

        public void Text(ReadOnlySpan<byte> text)
        {
            text.CopyTo(_rest);
            _rest = _rest[text.Length..];
        }
    }
}

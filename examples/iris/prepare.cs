// Splits the table into what is trained with and what is held out: prepare.cs <table> <folder>
using System.Security.Cryptography;
using System.Text;

string[] lines = File.ReadAllLines(args[0]);
string header = lines[0];

// Decided by the row's own text, so that it stays on its side when other rows come or go.
ILookup<bool, string> rows = lines.Skip(1).Where(line => line.Length > 0)
    .ToLookup(line => SHA256.HashData(Encoding.UTF8.GetBytes(line))[0] % 3 == 0);

Directory.CreateDirectory(args[1]);
Write("training.csv", rows[false]);
Write("held-out.csv", rows[true]);

void Write(string name, IEnumerable<string> some)
{
    File.WriteAllText(Path.Combine(args[1], name), string.Concat(some.Prepend(header).Select(line => line + "\n")));
    Console.WriteLine($"{name}: {some.Count()} flowers");
}


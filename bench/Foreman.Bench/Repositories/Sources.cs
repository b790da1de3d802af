using System.Globalization;
using System.Text;

namespace Foreman.Bench.Repositories;

/// <summary>Files of repositories that look like somebody's, the same each time.</summary>
internal static class Sources
{
    private static readonly string[] Words = [.. Enumerable.Range(0, 3000).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(uint)(i * 2654435761):x}"))];

    /// <summary>Texts in 50 folders.</summary>
    /// <param name="count">How many.</param>
    /// <param name="bytes">Size of each, about.</param>
    public static IEnumerable<(string Path, string Text)> Texts(int count, int bytes)
    {
        var random = new Random(count);
        for (var i = 0; i < count; i++)
        {
            var text = new StringBuilder(bytes + 100);
            while (text.Length < bytes)
            {
                text.AppendJoin(' ', Enumerable.Range(0, 8).Select(_ => Words[random.Next(Words.Length)])).Append('\n');
            }

            yield return (string.Create(CultureInfo.InvariantCulture, $"src/part{i % 50}/file{i}.txt"), text.ToString());
        }
    }

    /// <summary>Modules of Python with a test that computes for a while.</summary>
    /// <param name="count">How many modules.</param>
    /// <param name="functions">Functions of each.</param>
    public static IEnumerable<(string Path, string Text)> Python(int count, int functions)
    {
        for (var i = 0; i < count; i++)
        {
            var text = new StringBuilder();
            for (var f = 0; f < functions; f++)
            {
                text.Append(CultureInfo.InvariantCulture, $$"""
                    def work_{{f}}(values, limit={{f}}):
                        total = 0
                        for index, value in enumerate(values):
                            if value > limit:
                                total += index * value - {{i}}
                            else:
                                total -= value
                        return {'total': total, 'limit': limit, 'name': 'work {{f}} of {{i}}'}



                    """);
            }

            yield return (string.Create(CultureInfo.InvariantCulture, $"parts/module_{i}.py"), text.ToString());
        }

        yield return ("parts/__init__.py", "");
        yield return (
            "test_parts.py",
            """
            import unittest
            from parts import module_1


            class T(unittest.TestCase):
                def test_it(self):
                    for _ in range(40):
                        self.assertEqual(module_1.work_0(range(50000))['limit'], 0)

            """);
    }
}

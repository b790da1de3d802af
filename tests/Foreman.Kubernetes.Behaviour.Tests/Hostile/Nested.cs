using System.Text;

namespace Foreman.Kubernetes.Behaviour.Tests.Hostile;

/// <summary>Texts that are small and become large or deep for who reads them.</summary>
internal static class Nested
{
    /// <summary>A text over and over.</summary>
    public static string Times(string text, int count) => new StringBuilder(text.Length * count).Insert(0, text, count).ToString();

    public static string Objects(int depth) => Times("{\"a\":", depth) + "1" + Times("}", depth);

    public static string Arrays(int depth) => Times("[", depth) + Times("]", depth);

    /// <summary>Nine anchors, each of nine aliases of the one before: 387 million values from 400 bytes.</summary>
    public static string AliasBomb()
    {
        var yaml = new StringBuilder("a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (var name = 'b'; name <= 'i'; name++)
        {
            yaml.Append(name).Append(": &").Append(name).Append(" [").Append(string.Join(", ", Enumerable.Repeat("*" + (char)(name - 1), 9))).Append("]\n");
        }

        return yaml.ToString();
    }
}

namespace Foreman.Architecture.Tests.Tree;

/// <summary>A text file of the tree.</summary>
/// <param name="Path">Relative to the root, with slashes.</param>
/// <param name="Text">Its text.</param>
internal sealed record SourceFile(string Path, string Text)
{
    public string Name => System.IO.Path.GetFileName(Path);

    public bool IsTest => Path.StartsWith("tests/", StringComparison.Ordinal);

    public bool IsCSharp => Path.EndsWith(".cs", StringComparison.Ordinal);

    public IReadOnlyList<string> Lines { get; } = Text.TrimEnd('\n').Split('\n');
}

using System.Text.RegularExpressions;
using Foreman.Architecture.Tests.Tree;

namespace Foreman.Architecture.Tests.Gates;

/// <summary>The event ids of source-generated log calls are unique within an assembly, so that an id names one message.</summary>
internal static partial class LogEvents
{
    public static IEnumerable<string> Violations(IEnumerable<SourceFile> files) =>
        from file in files
        where file.IsCSharp && file.Path.StartsWith("src/", StringComparison.Ordinal)
        from Match use in Id().Matches(file.Text)
        group file.Path by (Project: file.Path.Split('/')[1], Id: use.Groups[1].Value) into uses
        where uses.Count() > 1
        select $"{uses.Key.Project}: log event id {uses.Key.Id} is used {uses.Count()} times: {string.Join(", ", uses.Distinct())}";

    // [LoggerMessage(7, LogLevel.Debug, "…")], [LoggerMessage(EventId = 7, …)], [LoggerMessage(Level = …, EventId = 7)]
    [GeneratedRegex(@"\[LoggerMessage\(\s*(?:[^\]""]*?EventId\s*=\s*)?(\d+)\b")]
    private static partial Regex Id();
}

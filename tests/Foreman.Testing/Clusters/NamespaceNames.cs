using System.Globalization;

namespace Foreman.Testing;

/// <summary>Names that differ between tests and between test runs on the same cluster.</summary>
internal sealed class NamespaceNames
{
    private readonly string _run = Guid.NewGuid().ToString("n")[..6];
    private int _last;

    public string Next(string prefix) =>
        string.Create(CultureInfo.InvariantCulture, $"{prefix}-{_run}-{Interlocked.Increment(ref _last)}");
}

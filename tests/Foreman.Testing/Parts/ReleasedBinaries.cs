namespace Foreman.Testing;

/// <summary>
/// The two programs as people get them: from the folder FOREMAN_TEST_BIN (published binaries), else as the Release build left them.
/// </summary>
public static class ReleasedBinaries
{
    /// <summary>Absolute path of foreman-agent.</summary>
    public static string Agent => Find("Foreman.Agent", "foreman-agent");

    /// <summary>Absolute path of foreman-operator.</summary>
    public static string Operator => Find("Foreman.Operator", "foreman-operator");

    /// <summary>
    /// Absolute path of foreman-agent as the Release build left it: one that measures coverage lies, and writes, where
    /// another user has no access.
    /// </summary>
    public static string BuiltAgent => RepositoryRoot.At("artifacts/bin/Foreman.Agent/release/foreman-agent");

    private static string Find(string project, string program)
    {
        var published = Environment.GetEnvironmentVariable("FOREMAN_TEST_BIN");
        var path = string.IsNullOrEmpty(published)
            ? RepositoryRoot.At($"artifacts/bin/{project}/release/{program}")
            : Path.Combine(published, program);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path} is not there: build with 'dotnet build Foreman.sln -c Release', or set FOREMAN_TEST_BIN to a folder with published binaries.");
    }
}

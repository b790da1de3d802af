namespace Foreman.Testing;

/// <summary>Where the source tree lies.</summary>
public static class RepositoryRoot
{
    /// <summary>Absolute path of the folder that holds Foreman.sln.</summary>
    public static string Path { get; } = Find(AppContext.BaseDirectory);

    /// <summary>A path inside the tree, written with slashes.</summary>
    public static string At(string relative) => System.IO.Path.Combine(Path, relative);

    private static string Find(string folder)
    {
        for (var here = new DirectoryInfo(folder); here is not null; here = here.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(here.FullName, "Foreman.sln")))
            {
                return here.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Foreman.sln above {folder}: run the tests from inside the source tree.");
    }
}

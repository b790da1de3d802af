namespace Foreman.Probes;

/// <summary>Normalizes names of models.</summary>
internal static class ModelNames
{
    /// <summary>
    /// The name as the server gives it. llama-server without an alias gives the path of the file: then it is the file's
    /// name, which is the same on every host. (That server takes any name in a request.)
    /// </summary>
    public static string Of(string name) =>
        Path.IsPathRooted(name) || name.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? Path.GetFileName(name) : name;
}

using Foreman.Api;

namespace Foreman.Jobs;

/// <summary>What content sidecars must be, before any Job is made. Pure.</summary>
internal static class SidecarRules
{
    private const int MostName = 40;

    /// <summary>What is wrong with them.</summary>
    /// <param name="sidecars">The sidecars.</param>
    /// <param name="path">The field that holds them.</param>
    /// <param name="asVolumes">True when they are image volumes.</param>
    public static IEnumerable<JobFault> Faults(IReadOnlyList<TaskSidecar> sidecars, string path, bool asVolumes)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var places = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, sidecar) in sidecars.Index())
        {
            var at = Texts.Of($"{path}[{index}]");
            if (!IsName(sidecar.Name))
            {
                yield return Wrong($"{at}.name", $"\"{Texts.Shown(sidecar.Name, 80)}\" is not a name of at most 40 lower-case letters, digits and dashes");
            }
            else if (!names.Add(sidecar.Name))
            {
                yield return Wrong($"{at}.name", $"another sidecar is called {sidecar.Name}; give each its own name");
            }

            if (!ImageNames.IsName(sidecar.Image))
            {
                yield return new(FailureReason.InvalidImage, $"{at}.image", $"\"{Texts.Shown(sidecar.Image, 80)}\" is not the name of an image");
            }

            if (PlaceProblem(sidecar.MountPath) is { } problem)
            {
                yield return Wrong($"{at}.mountPath", problem);
            }
            else if (!places.Add(sidecar.MountPath.TrimEnd('/')))
            {
                yield return Wrong($"{at}.mountPath", $"another sidecar is mounted at {sidecar.MountPath}; give each its own place");
            }

            if (asVolumes && sidecar.ReadWrite == true)
            {
                yield return Wrong($"{at}.readWrite", "image volumes can't be written to; leave it out, or turn off useImageVolumes in the operator's --jobs-config");
            }
        }
    }

    private static JobFault Wrong(string path, string why) => new(FailureReason.JobCreate, path, why);

    private static bool IsName(string name) =>
        name.Length is > 0 and <= MostName && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-') && name[0] != '-' && name[^1] != '-';

    private static string? PlaceProblem(string path) =>
        path.Length == 0 ? "it is empty; give an absolute path"
        : path[0] != '/' || path.Split('/').Any(p => p is "." or "..") || path.Contains(':', StringComparison.Ordinal) || path.Any(char.IsControl) ? $"\"{Texts.Shown(path, 80)}\" is not an absolute path"
        : JobVolumes.IsReserved(path) ? $"\"{Texts.Shown(path, 80)}\" is reserved for the workspace, for Foreman or for the system; give a place of its own, such as /opt/tools"
        : null;
}

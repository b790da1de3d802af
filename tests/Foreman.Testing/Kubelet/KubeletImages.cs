using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Foreman.Testing.Kubelet;

/// <summary>The images that a kubelet can pull; a test may add and take away some at any time.</summary>
public sealed partial class KubeletImages
{
    private readonly ConcurrentDictionary<string, KubeletImage> _images = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _refused = new(StringComparer.Ordinal);

    /// <summary>From now on the image can be pulled.</summary>
    /// <param name="reference">As it stands in pods, tag included.</param>
    /// <param name="image">What it is.</param>
    public void Add(string reference, KubeletImage image)
    {
        _images[reference] = image;
        _refused.TryRemove(reference, out _);
    }

    /// <summary>From now on the registry refuses the image.</summary>
    /// <param name="reference">As it stands in pods, tag included.</param>
    /// <param name="message">What the registry says.</param>
    public void Refuse(string reference, string message) => _refused[reference] = message;

    internal ImagePull Pull(string reference, string? policy) =>
        !Reference().IsMatch(reference)
            ? new(null, "InvalidImageName", $"Failed to apply default image tag \"{reference}\": couldn't parse image name \"{reference}\": invalid reference format")
            : _refused.TryGetValue(reference, out var message)
                ? new(null, "ErrImagePull", $"failed to pull and unpack image \"{reference}\": {message}")
                : _images.TryGetValue(reference, out var image)
                    ? new(image)
                    : policy == "Never"
                        ? new(null, "ErrImageNeverPull", $"Container image \"{reference}\" is not present with pull policy of Never")
                        : new(null, "ErrImagePull", $"failed to pull and unpack image \"{reference}\": failed to resolve reference \"{reference}\": not found");

    // Host and port, a path in lower case, a tag, a digest.
    [GeneratedRegex(@"^([A-Za-z0-9.-]+(:\d+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Reference();
}

/// <summary>How the pull of an image ended.</summary>
/// <param name="Image">The image; null when it did not come.</param>
/// <param name="Reason">Why not, as a container's waiting reason.</param>
/// <param name="Message">Why not, for people.</param>
internal sealed record ImagePull(KubeletImage? Image, string Reason = "", string Message = "");

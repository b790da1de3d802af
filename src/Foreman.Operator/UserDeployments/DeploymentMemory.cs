using Foreman.Api;
using Foreman.Kubernetes;

namespace Foreman.Operator.UserDeployments;

/// <summary>What the controller knows of a UserDeployment beyond what it follows: its own last writes. One reconcile at a time uses it.</summary>
/// <param name="uid">UID of the UserDeployment.</param>
internal sealed class DeploymentMemory(string uid)
{
    private (string Version, UserDeploymentStatus Status)? _written;
    private (string Digest, long At)? _applied;

    /// <summary>UID of the UserDeployment.</summary>
    public string Uid => uid;

    /// <summary>The UserDeployment with the last status that is known of it.</summary>
    /// <param name="stored">As the store, or an answer, has it.</param>
    public UserDeployment Newest(UserDeployment stored)
    {
        if (_written is { } written && ResourceVersions.IsOlder(stored.ResourceVersion(), written.Version))
        {
            return stored with { Status = written.Status };
        }

        _written = null;
        return stored;
    }

    /// <summary>Takes note of a status that is stored.</summary>
    /// <param name="version">Resource version of the UserDeployment with it.</param>
    /// <param name="status">The status.</param>
    public void NoteStatus(string version, UserDeploymentStatus status) => _written = (version, status);

    /// <summary>Takes note that all objects were applied.</summary>
    /// <param name="digest">Digest of the plan.</param>
    /// <param name="at">Timestamp of the beginning, so that what is changed meanwhile is not missed.</param>
    public void NoteApplied(string digest, long at) => _applied = (digest, at);

    /// <summary>Time until a plan is to be applied again; zero for at once.</summary>
    /// <param name="digest">Digest of the plan.</param>
    /// <param name="resync">How often plans are applied.</param>
    /// <param name="time">The clock.</param>
    public TimeSpan DueIn(string digest, TimeSpan resync, TimeProvider time)
    {
        if (_applied is not { } applied || applied.Digest != digest)
        {
            return TimeSpan.Zero;
        }

        var left = resync - time.GetElapsedTime(applied.At);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}

using System.Net;
using Foreman.Kubernetes;

namespace Foreman.Runner.Fencing;

/// <summary>What to do about a write that failed.</summary>
internal enum WriteRemedy
{
    /// <summary>Read the task and decide by it.</summary>
    Reread,

    /// <summary>Wait and try again: the tests in the patch make a second arrival harmless.</summary>
    Wait,

    /// <summary>The server will never take it in this form.</summary>
    GiveUp,

    /// <summary>The namespace is being deleted, and the task with it.</summary>
    Drop,
}

/// <summary>Sorts failures of writes. Pure.</summary>
internal static class WriteFailure
{
    // The cause that kube-apiserver names where it refuses to create something in a namespace that is being deleted.
    private const string NamespaceTerminating = "NamespaceTerminating";

    /// <summary>What to do; null when the exception is none of the API's.</summary>
    public static WriteRemedy? Remedy(Exception e) => e switch
    {
        KubernetesUnreachableException => WriteRemedy.Wait,
        KubernetesException { IsForbidden: true } forbidden when forbidden.Causes.Any(c => c.Reason == NamespaceTerminating) => WriteRemedy.Drop,

        KubernetesException { IsTestFailed: true } or KubernetesException { IsNotFound: true } or KubernetesException { IsInvalid: true } => WriteRemedy.Reread,

        // Credentials and roles get mended while a result waits; conflicts and overload pass.
        KubernetesException { StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType } => WriteRemedy.GiveUp,
        KubernetesException => WriteRemedy.Wait,
        _ => null,
    };

    /// <summary>How long the server asks to wait; null when it doesn't.</summary>
    public static TimeSpan? RetryAfter(Exception e) => (e as KubernetesException)?.RetryAfter;

    /// <summary>True when the schema or a rule refuses the written object, and not its tests.</summary>
    public static bool IsRefusal(Exception e) => e is KubernetesException { IsInvalid: true };
}

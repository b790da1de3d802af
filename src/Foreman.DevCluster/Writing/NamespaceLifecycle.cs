using Foreman.DevCluster.Errors;
using Foreman.DevCluster.Json;
using Foreman.DevCluster.Storage;

namespace Foreman.DevCluster.Writing;

/// <summary>Rejects new objects in absent or terminating namespaces, as the admission plugin of that name does.</summary>
internal static class NamespaceLifecycle
{
    public const string Namespaces = "namespaces";

    public static void Check(ObjectStore store, WriteTarget target, string name)
    {
        if (!target.Type.Namespaced)
        {
            return;
        }

        var space = target.Name.Namespace;
        var found = store.Find(Namespaces, new ObjectName("", space))
            ?? throw new ApiException(404, "NotFound", $"namespaces \"{space}\" not found", new() { ["name"] = space, ["kind"] = Namespaces });
        if (found.Root.Object("metadata").Text("deletionTimestamp") is not null)
        {
            throw ApiErrors.Forbidden(
                target.Type,
                name,
                $"unable to create new content in namespace {space} because it is being terminated",
                new FieldError("NamespaceTerminating", "metadata.namespace", $"namespace {space} is being terminated"));
        }
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace VecNet;

/// <summary>
/// Attributes of a file that Unix has and .NET does not report: its kind, its owner, its access list. They are available on Linux only.
/// </summary>
internal sealed class UnixFile(uint user, uint group, bool isOrdinary)
{
    /// <summary>The owner.</summary>
    internal readonly uint User = user;

    /// <summary>The group, to which the second three bits of its mode apply.</summary>
    internal readonly uint Group = group;

    /// <summary>Whether it is neither a directory nor a device nor a pipe nor a socket.</summary>
    internal readonly bool IsOrdinary = isOrdinary;

    private const int CurrentDirectory = -100;
    private const int ItselfIsMeant = 0x1000;
    private const uint BasicFields = 0x7FF;
    private const int KindBits = 0xF000;
    private const int OrdinaryKind = 0x8000;

    /// <summary>
    /// Gets the attributes of the file to which a path leads, following links; null if it does not exist or its attributes are not
    /// available.
    /// </summary>
    internal static UnixFile? Get(string path) => Get(CurrentDirectory, path, 0);

    /// <summary>Gives an open file the owner and the group of this one, where they differ.</summary>
    /// <remarks>The handle is used because a path may lead elsewhere by now.</remarks>
    /// <returns>Whether they are the same now. Only root may change the owner; others may only change the group, to one they belong
    /// to.</returns>
    internal bool TryGiveOwnerTo(SafeFileHandle file)
    {
        const uint Unchanged = uint.MaxValue;
        int descriptor = (int)file.DangerousGetHandle();
        return Get(descriptor, "", ItselfIsMeant) is { } now
            && ((now.User == User && now.Group == Group)
                || ChangeOwner(descriptor, now.User == User ? Unchanged : User, now.Group == Group ? Unchanged : Group) == 0);
    }

    private static UnixFile? Get(int directory, string path, int flags)
    {
        try
        {
            return OperatingSystem.IsLinux() && Statx(directory, path, flags, BasicFields, out Status status) == 0
                ? new(status.User, status.Group, (status.Mode & KindBits) == OrdinaryKind)
                : null;
        }
        catch (Exception error) when (error is EntryPointNotFoundException or DllNotFoundException)
        {
            // The C library is from before 2018.
            return null;
        }
    }

    /// <summary>Whether a file has an access list beside its mode (POSIX ACL).</summary>
    internal static bool HasAccessList(string path) => OperatingSystem.IsLinux() && GetAttribute(path, "system.posix_acl_access", 0, 0) > 0;

    [DllImport("libc", EntryPoint = "statx")]
    private static extern int Statx(
        int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint fields, out Status status);

    [DllImport("libc", EntryPoint = "fchown")]
    private static extern int ChangeOwner(int descriptor, uint user, uint group);

    [DllImport("libc", EntryPoint = "getxattr")]
    private static extern nint GetAttribute(
        [MarshalAs(UnmanagedType.LPUTF8Str)] string path, [MarshalAs(UnmanagedType.LPUTF8Str)] string name, nint value, nint size);

    /// <summary>struct statx of linux/stat.h, the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private readonly struct Status
    {
        [FieldOffset(20)]
        internal readonly uint User;

        [FieldOffset(24)]
        internal readonly uint Group;

        [FieldOffset(28)]
        internal readonly ushort Mode;
    }
}
